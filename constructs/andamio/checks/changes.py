"""Changes that destroy, shrink or cannot be made: this output against the previous one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from andamio.checks.change_places import change_at
from andamio.checks.changed_arguments import changed, pairs, recreating
from andamio.checks.finding import Finding, Severity
from andamio.checks.output import Output, Resource
from andamio.checks.previous import TOPIC
from andamio.checks.rule import change_rule
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.databases import DATABASE_FLAVORS, DATABASE_PLANS
from andamio.knowledge.recreate import behaviour

_HEAVY: Mapping[str, str] = {
    "ovh_cloud_project_kube": "the Kubernetes cluster",
    "ovh_cloud_project_kube_nodepool": "a node pool",
    "ovh_cloud_project_database": "a managed store with its data",
    "ovh_cloud_project_database_database": "a database with its data",
    TOPIC: "a topic with its messages",
    "ovh_cloud_project_storage": "a bucket with its content",
    "ovh_okms": "a key store with its secrets",
    "ovh_cloud_project_containerregistry": "the registry with its images",
    "ovh_cloud_project_network_private": "the private network",
    "ovh_cloud_project_network_private_subnet": "the subnet of nodes and stores",
    "ovh_cloud_project_network_private_subnet_v2": "the subnet of nodes and stores",
    "ovh_cloud_project_gateway": "the gateway",
    "harbor_project": "a team's registry project with its images",
}
"""Resources whose re-creation is an outage or a loss, in words."""

STATEFUL = (
    "ovh_cloud_project_database",
    "ovh_cloud_project_database_database",
    TOPIC,
    "ovh_cloud_project_storage",
    "ovh_okms",
    "ovh_cloud_project_containerregistry",
)
"""Resources that hold data."""


def _single(value: Any) -> Any:
    """The one value of blocks that all have it."""
    return value[0] if isinstance(value, list) and value and all(item == value[0] for item in value) else value


@change_rule("AND064", severity=Severity.ERROR, title="Nothing that matters is made anew")
def nothing_is_recreated(platform: Platform, output: Output, previous: Output) -> Iterator[Finding]:
    """Some arguments cannot change in place: Terraform destroys the resource and makes a new one, empty.

    Which ones is in the provider's schema and documentation (andamio.knowledge.recreate). Make a second resource beside
    the first, move what is in it, then delete the first; or accept the finding for this field when the loss is meant
    (in production the resource refuses to be destroyed all the same).
    """
    places: dict[Finding, list[tuple[Resource, Any, Any]]] = {}
    for before, now in pairs(output, previous):
        if before.type not in _HEAVY:
            continue
        for path, change in recreating(before, now, output.moved(now.stack)).items():
            place = change_at(platform, now, path, means="", fix="Keep the value, or make a second one and move over")
            places.setdefault(place, []).append((now, *map(_single, change)))
    for place, changes in places.items():
        things = ", ".join(dict.fromkeys(_HEAVY[resource.type] for resource, _, _ in changes))
        addresses = ", ".join(dict.fromkeys(resource.address for resource, _, _ in changes))
        _, old, new = changes[0]
        means = f"was {old!r} before; Terraform would destroy and make anew: {things} ({addresses})"
        yield replace(place, value=new, means=means)


@change_rule("AND065", severity=Severity.ERROR, title="What only grows does not shrink")
def nothing_shrinks(platform: Platform, output: Output, previous: Output) -> Iterator[Finding]:
    """Going back fails half-way through the apply.

    Plans, flavors, disks and versions of OVHcloud's stores, and versions of clusters, can be raised and never lowered
    (databases guides, managed Kubernetes guide): the apply fails half-way.

    To go back, make a new store from a backup.
    """
    for before, now in pairs(output, previous):
        for path in sorted(behaviour(before.type).grows_only):
            change = changed(before, now, path, output.moved(now.stack))
            if change is None:
                continue
            ranks = tuple(_rank(path, value, before.body.get("engine")) for value in change)
            if ranks[0] is not None and ranks[1] is not None and ranks[1] < ranks[0]:
                yield change_at(
                    platform,
                    now,
                    path,
                    value=change[1],
                    means=f"was {change[0]!r} before, and it can only be raised ({now.address})",
                    fix=f"Set it back to {change[0]!r} or more",
                )


@change_rule("AND066", severity=Severity.ERROR, title="What is fixed at creation does not change")
def nothing_fixed_changes(platform: Platform, output: Output, previous: Output) -> Iterator[Finding]:
    """A change that is lost makes the catalog untrue.

    Some arguments hold only at creation: the provider loses or refuses a later change, so the catalog would say one
    thing and OVHcloud run another. A cluster's plan is one: free to standard takes a new cluster.
    """
    for before, now in pairs(output, previous):
        for path in sorted(behaviour(before.type).fixed):
            change = changed(before, now, path, output.moved(now.stack))
            if change is not None and change[0] is not None:
                yield change_at(
                    platform,
                    now,
                    path,
                    value=change[1],
                    means=f"was {change[0]!r} at creation and cannot change after it ({now.address})",
                    fix=f"Set it back to {change[0]!r}, or make a new one beside it",
                )


@change_rule("AND122", severity=Severity.ERROR, title="A cluster goes up one minor version at a time")
def one_minor_at_a_time(platform: Platform, output: Output, previous: Output) -> Iterator[Finding]:
    """OVHcloud refuses to skip a version.

    OVHcloud upgrades a cluster to the next minor version only, as Kubernetes itself asks (managed Kubernetes guide;
    Kubernetes' version skew policy). Apply each step and let it settle.
    """
    for before, now in pairs(output, previous):
        change = changed(before, now, "version", {}) if before.type == "ovh_cloud_project_kube" else None
        if change is None:
            continue
        old, new = (_rank("version", value, None) for value in change)
        if isinstance(old, tuple) and isinstance(new, tuple) and new[:1] == old[:1] and new[1] > old[1] + 1:
            yield change_at(
                platform,
                now,
                "version",
                value=change[1],
                means=f"the cluster runs {change[0]}, and OVHcloud goes up one minor version at a time",
                fix=f'Set version="{old[0]}.{old[1] + 1}" first',
            )


@change_rule("AND068", severity=Severity.ERROR, title="What holds data does not leave Terraform unseen")
def data_does_not_leave(platform: Platform, output: Output, previous: Output) -> Iterator[Finding]:
    """What leaves a stack is destroyed by the next apply.

    A store, database, topic, bucket, key store or registry that was in a stack and is no more would be destroyed by the
    next apply, and its `prevent_destroy` went with it.

    It may move (`moved`, by `renamed_from`) or be forgotten (`removed`, by a tombstone). The rule looks at what
    Terraform will see, whatever the catalog says, so it also catches a construct that changes an address by mistake, or
    a second rename that leaves out what the service was called in between.
    """
    now = {(resource.stack, resource.address) for resource in output.resources}
    for before in previous.resources:
        if before.type not in STATEFUL or before.stack not in output.stacks:
            continue
        known = (before.stack, before.address) in now
        moved = output.moved(before.stack).get(before.address)
        if known or before.address in output.removed(before.stack) or (before.stack, moved) in now:
            continue
        name = before.body.get("name") or before.body.get("description") or before.label
        yield change_at(
            platform,
            before,
            "",
            value=name,
            means=f"{before.address} held data and is no more: Terraform would destroy it",
            fix="Add a tombstone, or renamed_from, so that Terraform keeps it",
        )


def _rank(path: str, value: object, engine: object) -> tuple[int, ...] | None:
    """A place in the order of an argument's values; None where it is not known."""
    if isinstance(value, int):
        return (value,)
    text = str(value)
    if path == "plan":
        plan = next((p for p in DATABASE_PLANS if (p.engine, p.name) == (engine, text)), None)
        return (plan.nodes, plan.backup_days) if plan else None
    if path == "flavor":
        size = next((f for f in DATABASE_FLAVORS if f.name == text), None)
        return (size.memory_gib,) if size else None
    numbers = text.partition("-")[0].split(".")
    return tuple(int(n) for n in numbers) if all(n.isdecimal() for n in numbers) else None
