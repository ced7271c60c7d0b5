"""Finds what a run left at OVHcloud without telling a state: things of our names that no state owns.

A run that is killed while OVHcloud makes something, or that gives up waiting for it, leaves such a thing: the provider
takes most ids only after it has waited, and Terraform writes its state to the bucket every twenty seconds at most.
OVHcloud takes a second cluster, database or network of the same name without a word, so the next apply would make one.
What has a name of its own in a cluster or a key store is not looked for: there the second is refused by its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from andamio.state.ovh import OvhApi, path
from andamio.state.report import Report
from andamio.state.target import Target, shell, shown
from andamio.state.terraform_state import TerraformState

__all__ = ["RESETS", "find_unowned", "find_untold"]

_GONE: Final = ("deleting", "deleted", "DELETING", "DELETED")


@dataclass(frozen=True, kw_only=True)
class _Thing:
    """Something that exists in the project."""

    kind: str
    id: str
    name: str
    import_id: str


@dataclass
class _Ours:
    """What the published stacks make, and what their states own."""

    addresses: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Resource type and name → stack and address."""

    owned: dict[tuple[str, str], str] = field(default_factory=dict)
    """Stack and address → id."""


def find_unowned(target: Target, api: OvhApi, states: Mapping[str, TerraformState], report: Report) -> None:
    """Report every thing in the target's project that has a name of ours and that no state owns.

    Args:
        target: Whose project.
        api: OVHcloud's API.
        states: Stack → its state; those without one are left out.
        report: Where it is noted.
    """
    ours = _ours(target, states)
    ids = set(ours.owned.values())
    found = 0
    for thing in _things(target, api):
        place = ours.addresses.get((thing.kind, thing.name))
        if place is None or thing.id in ids:
            continue
        found += 1
        stack, address = place
        terraform = target.chdir(stack)
        own = ours.owned.get(place)
        mend: Sequence[str] = (
            "# If it is whole, and not one that somebody is deleting, let the state own it:",
            f"{terraform} import {shell(address)} {shell(thing.import_id)}",
            f"{terraform} plan",
        )
        if own:
            mend = (f"# The state owns another one ({own}). Find out which of them holds data; delete the other.",)
        report.wrong(
            "unowned",
            f"{thing.kind} {thing.name} ({thing.id}) exists, and no state owns it.",
            "A run that was killed or gave up waiting made it. The next apply makes another, and both are paid for.",
            *mend,
        )
    if not found:
        report.well("nothing of our names is without an owner")


def find_untold(target: Target, states: Mapping[str, TerraformState], report: Report) -> None:
    """Report every credential that a state should hold and does not, as after an import or a takeover."""
    untold = [(stack, address) for stack, state in sorted(states.items()) for address in state.untold]
    for stack, address in untold:
        kind, _, label = address.partition(".")
        terraform = target.chdir(stack)
        mend = [
            f"{terraform} apply {shell(f'-replace={address}')}",
            "# Then what copies it: docs/secrets.md, rotation.",
        ]
        if kind in RESETS:
            override = shell(shown(target.stack_folder(stack) / "reset_override.tf.json"))
            reset = json.dumps({"resource": {kind: {label: {"password_reset": "1"}}}})
            mend = [
                "# `password_reset` sets another one in place; the first apply leaves all else alone.",
                f"echo {shell(reset)} > {override}",
                f"{terraform} apply {shell(f'-target={address}')}",
                f"{terraform} apply  # the key store has it now",
                f"rm {override}",
                f"{terraform} plan",
            ]
        report.wrong(
            "credential-empty",
            f"The state of {stack} holds no credential of {address}.",
            "It is told only once, when it is made; this one was imported, or taken over after a run that was killed. "
            "The key store holds an empty one, and what reads it cannot log in.",
            *mend,
        )
    if not untold:
        report.well("every credential is in its state")


RESETS: Final = (
    "ovh_cloud_project_database_postgresql_user",
    "ovh_cloud_project_database_user",
    "ovh_cloud_project_database_valkey_user",
)
"""Resource types that have the argument `password_reset`: they cannot be made anew while they own something."""


def _ours(target: Target, states: Mapping[str, TerraformState]) -> _Ours:
    ours = _Ours()
    for stack in target.stacks.values():
        file = target.stack_folder(stack) / "cdk.tf.json"
        resources: Mapping[str, Any] = json.loads(file.read_bytes()).get("resource", {}) if file.is_file() else {}
        for kind, attribute in _NAMED.items():
            for label, body in resources.get(kind, {}).items():
                ours.addresses[kind, str(body.get(attribute))] = (stack, f"{kind}.{label}")
        for address, known in states[stack].owned.items() if stack in states else ():
            ours.owned[stack, address] = known.get("id", "")
    # `andamio state init` makes this one before there is a state, and looks after it.
    ours.addresses.pop(("ovh_cloud_project_user", target.user), None)
    return ours


_NAMED: Final = {
    "ovh_cloud_project_network_private": "name",
    "ovh_cloud_project_gateway": "name",
    "ovh_cloud_project_kube": "name",
    "ovh_cloud_project_database": "description",
    "ovh_cloud_project_containerregistry": "name",
    "ovh_cloud_project_user": "description",
}
"""Resource type → what its name is called. OVHcloud takes two of one name of each."""


def _things(target: Target, api: OvhApi) -> Iterator[_Thing]:
    project, region = target.place.project, target.place.region
    root = ("cloud", "project", project)
    lists: dict[str, Iterator[Mapping[str, Any]]] = {
        "ovh_cloud_project_network_private": _listed(api, *root, "network", "private"),
        "ovh_cloud_project_gateway": _listed(api, *root, "region", region, "gateway") if region else iter(()),
        "ovh_cloud_project_kube": _each(api, *root, "kube"),
        "ovh_cloud_project_database": _each(api, *root, "database", "service"),
        "ovh_cloud_project_containerregistry": _listed(api, *root, "containerRegistry"),
        "ovh_cloud_project_user": _listed(api, *root, "user"),
    }
    between = {"ovh_cloud_project_gateway": (region,)}
    for kind, found in lists.items():
        for one in found:
            engine = (str(one.get("engine")),) if kind == "ovh_cloud_project_database" else ()
            if one.get("status") not in _GONE:
                id_ = str(one.get("id"))
                yield _Thing(
                    kind=kind,
                    id=id_,
                    name=str(one.get(_NAMED[kind])),
                    import_id="/".join((project, *between.get(kind, ()), *engine, id_)),
                )


def _listed(api: OvhApi, *parts: str) -> Iterator[Mapping[str, Any]]:
    """Things that the API lists whole; none where it knows no such list, as in a region without gateways."""
    found = api.find(path(*parts))
    yield from (one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else ()


def _each(api: OvhApi, *parts: str) -> Iterator[Mapping[str, Any]]:
    """Things of which the API lists the ids."""
    found = api.find(path(*parts))
    for id_ in found if isinstance(found, list) else ():
        one = api.find(path(*parts, str(id_)))
        if isinstance(one, Mapping):
            yield one
