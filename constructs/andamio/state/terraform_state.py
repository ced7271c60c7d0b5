"""Terraform's state file, as far as we look into it: is it sound, what does it own, what does it output.

Format version 4, as Terraform writes it since 0.12. Values of resources never leave this module, but for the ids that
say which thing an address owns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["TOLD_ONCE", "DamagedError", "Output", "TerraformState", "parse"]

_VERSION = 4


class DamagedError(ValueError):
    """The bytes are not a state that Terraform could have written. The message never quotes them."""


@dataclass(frozen=True, kw_only=True)
class Output:
    """An output value."""

    value: Any = field(repr=False)
    sensitive: bool


@dataclass(frozen=True, kw_only=True)
class TerraformState:
    """A sound state."""

    serial: int
    """Goes up by one with each change."""

    lineage: str
    """Made once for a state; two lineages are two states."""

    owned: Mapping[str, Mapping[str, str]] = field(repr=False)
    """Address of each managed resource at the top level → its attributes that are names or ids."""

    outputs: Mapping[str, Output]

    untold: tuple[str, ...] = ()
    """Addresses of what has a credential that its owner tells only once, and that this state does not hold."""


TOLD_ONCE = {
    "harbor_robot_account": "secret",
    "ovh_cloud_project_containerregistry_user": "password",
    "ovh_cloud_project_database_postgresql_user": "password",
    "ovh_cloud_project_database_user": "password",
    "ovh_cloud_project_database_valkey_user": "password",
    "ovh_me_api_oauth2_client": "client_secret",
    "ovh_me_identity_user_token": "token",
}
"""Resource type → the attribute that its API answers when the thing is made, and never again. That of
`ovh_cloud_project_user` is missing: nobody uses its password, and `andamio state init` makes one before any state."""

_IDS = ("id", "name", "user_id", "access_key_id")


def parse(data: bytes) -> TerraformState:
    """Read a state.

    Raises:
        DamagedError: saying what is wrong, without a byte of it.
    """
    if not data.strip():
        raise DamagedError("it is empty")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise DamagedError("it is not JSON") from None
    if not isinstance(document, dict):
        raise DamagedError("it is JSON, but not an object")
    if document.get("version") != _VERSION:
        raise DamagedError(f"it is not of state format {_VERSION}")
    serial, lineage = document.get("serial"), document.get("lineage")
    if not isinstance(serial, int) or isinstance(serial, bool) or serial < 0:
        raise DamagedError("it has no serial number")
    if not isinstance(lineage, str) or not lineage:
        raise DamagedError("it has no lineage")
    resources, outputs = document.get("resources", []), document.get("outputs", {})
    try:
        return TerraformState(
            serial=serial,
            lineage=lineage,
            owned={
                f"{one['type']}.{one['name']}": _ids(one["instances"][0])
                for one in resources
                if one["mode"] == "managed" and not one.get("module") and one["instances"]
            },
            outputs={
                name: Output(value=one["value"], sensitive=bool(one.get("sensitive", False)))
                for name, one in outputs.items()
            },
            untold=tuple(
                f"{one['type']}.{one['name']}"
                for one in resources
                if one["mode"] == "managed" and not one.get("module") and one["instances"] and _untold(one)
            ),
        )
    except (KeyError, TypeError, AttributeError, IndexError):
        raise DamagedError("its resources or outputs are not in the form of a state") from None


def _ids(instance: Mapping[str, Any]) -> dict[str, str]:
    attributes = instance.get("attributes") or {}
    return {name: str(attributes[name]) for name in _IDS if attributes.get(name) is not None}


def _untold(resource: Mapping[str, Any]) -> bool:
    attribute = TOLD_ONCE.get(resource["type"])
    known = resource["instances"][0].get("attributes") or {}
    return attribute in known and not known[attribute]
