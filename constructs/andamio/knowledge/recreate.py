"""What Terraform does when an argument of a resource changes: in place, anew, or not at all.

The data come from the providers' own schemas (ovh/ovh 2.19, goharbor/harbor 3.12) and a table of
corrections where a provider's documentation or source says more. Only the resource types that
Andamio's stacks use are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from andamio.knowledge import data


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How one resource type answers changes; arguments are dotted paths without list indexes."""

    resource_type: str

    recreates: frozenset[str]
    """Arguments whose change destroys the object and makes a new one."""

    fixed: frozenset[str]
    """Arguments that cannot change after creation and do not re-create: the change is lost or refused."""

    grows_only: frozenset[str]
    """Arguments that only change upwards: a larger size, a higher plan, a newer version."""

    choices: Mapping[str, tuple[str, ...]]
    """The values that an argument may have, where the provider enumerates them."""

    defaults: Mapping[str, bool | int | str]
    """The value of an argument that is left out, where the provider has one."""

    whole_numbers: frozenset[str]
    """Arguments of type number that only take whole ones."""

    updatable: bool
    """Whether anything can change in place. False: every change re-creates."""


@cache
def known_types() -> tuple[str, ...]:
    """Every resource type that is known, sorted."""
    return tuple(sorted(data.read("recreate.json")["resources"]))


@cache
def behaviour(resource_type: str) -> Behaviour:
    """Return how a resource type answers changes.

    Raises:
        LookupError: the type is not among `known_types`.
    """
    entry = data.read("recreate.json")["resources"].get(resource_type)
    if entry is None:
        raise LookupError(f"the behaviour of {resource_type} is not known")
    return Behaviour(
        resource_type=resource_type,
        recreates=frozenset(entry.get("recreates", ())),
        fixed=frozenset(entry.get("fixed", ())),
        grows_only=frozenset(entry.get("growsOnly", ())),
        choices=MappingProxyType({path: tuple(values) for path, values in entry.get("choices", {}).items()}),
        defaults=MappingProxyType(entry.get("defaults", {})),
        whole_numbers=frozenset(entry.get("wholeNumbers", ())),
        updatable=entry["updatable"],
    )


def recreates(resource_type: str) -> frozenset[str]:
    """Return the argument paths whose change re-creates a resource of that type.

    Raises:
        LookupError: the type is not among `known_types`.
    """
    return behaviour(resource_type).recreates
