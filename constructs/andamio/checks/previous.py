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
    database_name: str = ""
    """The database's name at OVHcloud."""

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
    for stack, document in previous.stacks.items():
        place = environment_of(stack)
        if place is None or place[1] is not Stack.DATA:
            continue
        resources: Mapping[str, Mapping[str, Mapping[str, object]]] = document.get("resource") or {}
        services: dict[str, PreviousData] = {}
        clusters = resources.get(_CLUSTER, {})
        for label, body in resources.get(DATABASE, {}).items():
            service = label.removesuffix("-database")
            data = services.setdefault(service, PreviousData())
            data.database = "dedicated" if f"{service}-cluster" in clusters else "shared"
            data.database_name = str(body.get("name", ""))
        for label in resources.get(_VALKEY_USER, {}):
            services.setdefault(label.removesuffix("-cache"), PreviousData()).cache = True
        topics = {str(body.get("name", "")) for body in resources.get(TOPIC, {}).values()}
        for label, body in resources.get(KAFKA_RULE, {}).items():
            topic = str(body.get("topic", ""))
            if topic in topics and "write" in str(body.get("permission", "")):
                services.setdefault(label.rpartition("-topic_")[0], PreviousData()).publishes.add(topic)
        found[place[0]] = services
    return found
