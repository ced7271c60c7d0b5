"""What the previous output says of each service's data, in the catalog's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from andamio.checks.output import Output
from andamio.contract.stacks import ENVIRONMENT_STACKS, Stack
from andamio.model.stores import Placement

__all__ = ["DATABASE", "KAFKA_RULE", "TOPIC", "PreviousData", "environment_of", "previous_data"]

DATABASE = "ovh_cloud_project_database_database"
KAFKA_RULE = "ovh_cloud_project_database_kafka_acl"
TOPIC = "ovh_cloud_project_database_kafka_topic"
_CLUSTER = "ovh_cloud_project_database"
_VALKEY_USER = "ovh_cloud_project_database_valkey_user"


@dataclass
class PreviousData:
    """What a service had in one environment, under the name that it had then."""

    database: Placement | None = None
    original_name: str = ""
    """The name under which OVHcloud has its database or its access to Valkey; empty where it has neither."""

    cache: bool = False
    publishes: set[str] = field(default_factory=set)
    """Topics that it could write and that were there."""


def environment_of(stack: str) -> tuple[str, Stack] | None:
    """Environment and kind of a stack such as `dev-data`; None for a shared one."""
    name, _, kind = stack.partition("-")
    known = {str(stack): stack for stack in ENVIRONMENT_STACKS}
    return (name, known[kind]) if name and name != "shared" and kind in known else None


def previous_data(previous: Output) -> Mapping[str, Mapping[str, PreviousData]]:
    """Environment → service → its data.

    Addresses are `<service>-<role>` (a role has no `-`); topics are read by name.
    """
    found: dict[str, dict[str, PreviousData]] = {}
    known = {(resource.stack, resource.address) for resource in previous.resources}
    topics = {(resource.stack, resource.body.get("name")) for resource in previous.resources if resource.type == TOPIC}
    for resource in previous.resources:
        place = environment_of(resource.stack)
        if place is None or place[1] is not Stack.DATA:
            continue
        services = found.setdefault(place[0], {})
        if resource.type == DATABASE:
            service = resource.label.removesuffix("-database")
            data = services.setdefault(service, PreviousData())
            dedicated = (resource.stack, f"{_CLUSTER}.{service}-cluster") in known
            data.database = "dedicated" if dedicated else "shared"
            data.original_name = str(resource.body.get("name", "")).replace("_", "-")
        elif resource.type == _VALKEY_USER:
            data = services.setdefault(resource.label.removesuffix("-cache"), PreviousData())
            data.cache = True
            data.original_name = str(resource.body.get("name", ""))
        elif resource.type == KAFKA_RULE and "write" in str(resource.body.get("permission")):
            topic = resource.body.get("topic")
            if (resource.stack, topic) in topics:
                service = resource.label.rpartition("-topic_")[0]
                services.setdefault(service, PreviousData()).publishes.add(str(topic))
    return found
