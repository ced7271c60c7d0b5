"""Where a service's data lies in Terraform: one function that parts, `moved` and `removed` blocks share.

An address is a resource's type and label. Labels are `<service>-<role>`: a role has no `-` and a service's name
no `_`, so two services never meet. What the environment shares has no `-` before its first `_`. The service is
under its current name, so that a rename moves every address and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from andamio.model import Service, Tombstone
from andamio.model.stores import Placement

__all__ = [
    "ACCESS_RULE",
    "CLUSTER",
    "CONNECTION_POOL",
    "DATABASE",
    "KEY_STORE_SECRET",
    "POSTGRES_USER",
    "TOPIC",
    "USER",
    "VALKEY_USER",
    "Address",
    "DataShape",
    "Role",
    "access_address",
    "all_addresses",
    "data_addresses",
    "shared_address",
    "topic_address",
]

CLUSTER: Final = "ovh_cloud_project_database"
DATABASE: Final = "ovh_cloud_project_database_database"
POSTGRES_USER: Final = "ovh_cloud_project_database_postgresql_user"
CONNECTION_POOL: Final = "ovh_cloud_project_database_postgresql_connection_pool"
VALKEY_USER: Final = "ovh_cloud_project_database_valkey_user"
USER: Final = "ovh_cloud_project_database_user"
ACCESS_RULE: Final = "ovh_cloud_project_database_kafka_acl"
TOPIC: Final = "ovh_cloud_project_database_kafka_topic"
KEY_STORE_SECRET: Final = "ovh_okms_secret"  # noqa: S105 - a resource type

Role = Literal[
    "cluster",
    "admin",
    "admin_secret",
    "database",
    "owner",
    "application",
    "pool",
    "database_secret",
    "owner_secret",
    "cache",
    "cache_secret",
    "events",
    "events_secret",
]
"""What a resource is to its service."""

_TYPES: Mapping[Role, str] = {
    "cluster": CLUSTER,
    "admin": POSTGRES_USER,
    "admin_secret": KEY_STORE_SECRET,
    "database": DATABASE,
    "owner": POSTGRES_USER,
    "application": POSTGRES_USER,
    "pool": CONNECTION_POOL,
    "database_secret": KEY_STORE_SECRET,
    "owner_secret": KEY_STORE_SECRET,
    "cache": VALKEY_USER,
    "cache_secret": KEY_STORE_SECRET,
    "events": USER,
    "events_secret": KEY_STORE_SECRET,
}


@dataclass(frozen=True, kw_only=True, order=True)
class Address:
    """A resource's place in Terraform's state, such as `ovh_okms_secret.orders-database_secret`."""

    type: str
    label: str

    def __str__(self) -> str:
        return f"{self.type}.{self.label}"

    def reference(self, attribute: str) -> str:
        """An attribute as a whole value: `${type.label.attribute}`."""
        return f"${{{self}.{attribute}}}"


@dataclass(frozen=True, kw_only=True)
class DataShape:
    """Which data a service has, so far as addresses depend on it."""

    database: Placement | None = None
    owner_secret: bool = False
    """Whether the owner's credential is in the key store: for a service with a migration."""

    cache: bool = False
    topics: tuple[str, ...] = ()
    """Topics that it may write or read, by name; with one at least it has a Kafka user."""

    @classmethod
    def of(cls, service: Service) -> DataShape:
        """The data of a service, resolved for one environment."""
        return cls(
            database=None if service.database is None else service.database.placement,
            owner_secret=service.database is not None and service.migration is not None,
            cache=service.cache is not None,
            topics=tuple(sorted({*service.publishes, *service.subscribes})),
        )

    @classmethod
    def left_by(cls, tombstone: Tombstone) -> DataShape:
        """The data of a service that went.

        A tombstone does not know whether there was a migration: the owner's credential is taken to have been there,
        and Terraform passes over a `removed` block for what it does not have.
        """
        return cls(
            database=tombstone.database,
            owner_secret=tombstone.database is not None,
            cache=tombstone.cache,
            topics=tuple(sorted(set(tombstone.topics))),
        )


def data_addresses(service: str, shape: DataShape) -> Mapping[Role, Address]:
    """Every address of a service's data but those of its access rules, by role."""
    roles: list[Role] = []
    if shape.database == "dedicated":
        roles += ["cluster", "admin", "admin_secret"]
    if shape.database is not None:
        roles += ["database", "owner", "application", "pool", "database_secret"]
        if shape.owner_secret:
            roles.append("owner_secret")
    if shape.cache:
        roles += ["cache", "cache_secret"]
    if shape.topics:
        roles += ["events", "events_secret"]
    return {role: Address(type=_TYPES[role], label=f"{service}-{role}") for role in roles}


def access_address(service: str, topic: str) -> Address:
    """The address of a service's access rule for a topic."""
    return Address(type=ACCESS_RULE, label=f"{service}-topic_{_label(topic)}")


def all_addresses(service: str, shape: DataShape) -> tuple[Address, ...]:
    """Every address of a service's data, access rules included, in a stable order."""
    rules = (access_address(service, topic) for topic in shape.topics)
    return (*data_addresses(service, shape).values(), *rules)


def topic_address(topic: str) -> Address:
    """The address of a topic. It belongs to the environment, since several services may publish it."""
    return Address(type=TOPIC, label=f"topic_{_label(topic)}")


def shared_address(resource_type: str, label: str) -> Address:
    """The address of something that the environment shares."""
    return Address(type=resource_type, label=label)


def _label(topic: str) -> str:
    """A topic in a label: it may have dots, which labels may not, and no `_`."""
    return topic.replace(".", "_")
