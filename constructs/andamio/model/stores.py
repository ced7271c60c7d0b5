"""Managed data stores: PostgreSQL, Valkey and Kafka, and what a service asks of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from andamio.model.base import Model
from andamio.model.per_env import from_tier
from andamio.model.types import ClockTime

__all__ = [
    "Cache",
    "KafkaCluster",
    "Placement",
    "Pool",
    "Postgres",
    "PostgresCluster",
    "Topic",
    "ValkeyCluster",
]

Placement = Literal["shared", "dedicated"]
"""Whether a database lies on the environment's cluster or on one of its service's own."""


class PostgresCluster(Model):
    """One managed PostgreSQL cluster. Plan, flavor and disk can be raised, never lowered (OVHcloud)."""

    version: str = "17"
    """Major version. Default: 17."""

    plan: str
    """`essential` (one node, backups of 2 days), `business` or `production` (two nodes, 14 days), `enterprise` or
    `advanced` (three nodes, 30 days)."""

    flavor: str
    """Size of each node, such as `db1-4` or `b3-8`."""

    disk: Annotated[int, Field(ge=0)] = 0
    """Storage in GiB. Default: 0, what the flavor comes with."""

    backup_time: ClockTime = "02:00:00"
    """When the daily backup starts, UTC. Default: 02:00."""

    backup_regions: tuple[str, ...] = ()
    """Where backups are kept, at most two, one the cluster's own. Default: its own region."""

    maintenance_time: ClockTime = "03:00:00"
    """When OVHcloud may maintain it, UTC. Default: 03:00."""

    deletion_protection: bool = from_tier("deletion_protection")
    """Whether OVHcloud refuses to delete it. Default: not in development."""


class Pool(Model):
    """A connection pool (PgBouncer) between a service and its database."""

    size: Annotated[int, Field(ge=1)] = from_tier("pool_size")
    """Server connections at most, of all replicas together. Default: 5 in development, else 20."""

    mode: Literal["transaction", "session", "statement"] = "transaction"
    """When a server connection returns to the pool. Default: after each transaction."""

    client_connections: Annotated[int, Field(ge=1)] = 10
    """Connections that one replica opens to the pool at most. Default: 10. Sets `DATABASE_POOL_SIZE`."""


class Postgres(Model):
    """A PostgreSQL database of a service's own, with an owner (migrations) and an application user."""

    placement: Placement = from_tier("placement")
    """Default: dedicated for critical services in production, else the environment's shared cluster."""

    cluster: PostgresCluster | None = None
    """The cluster of a dedicated database. Default: one like the environment's shared cluster."""

    pool: Pool = Pool()
    """The connection pool. Default: transaction mode, sized by tier."""

    extensions: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")], ...] = ()
    """Extensions that the grants Job creates, such as `pgcrypto`. Default: none."""


class Cache(Model):
    """Access to the environment's Valkey under a key prefix of the service's own (`<service>:`)."""

    categories: tuple[Annotated[str, Field(pattern=r"^[+-]@[a-z]+$")], ...] = (
        "+@read",
        "+@write",
        "+@connection",
        "-@dangerous",
    )
    """Command categories. Default: read, write and connection, nothing dangerous."""

    commands: tuple[Annotated[str, Field(pattern=r"^[+-][a-z]+(\|[a-z-]+)?$")], ...] = ()
    """Single commands that are allowed or taken away beside them, such as `+info` or `-flushdb`. Default: none."""

    channels: tuple[str, ...] = ()
    """Publish-and-subscribe channel patterns. Default: none."""


class ValkeyCluster(Model):
    """The managed Valkey of an environment."""

    version: str = "8.1"
    """Default: 8.1."""

    plan: str = from_tier("valkey_plan")
    """`essential` (one node), `business` or `production` (two). Default: by tier."""

    flavor: str = from_tier("valkey_flavor")
    """Size of each node. Default: by tier."""

    maintenance_time: ClockTime = "03:30:00"
    """When OVHcloud may maintain it, UTC. Default: 03:30."""

    deletion_protection: bool = from_tier("deletion_protection")
    """Whether OVHcloud refuses to delete it. Default: not in development."""


class KafkaCluster(Model):
    """The managed Kafka of an environment. OVHcloud keeps no backups of it."""

    version: str = "4.1"
    """Default: 4.1."""

    plan: str = from_tier("kafka_plan")
    """`business` (three nodes), `production`, `enterprise` (six), `advanced`. Default: by tier."""

    flavor: str = from_tier("kafka_flavor")
    """Size of each node. Default: by tier."""

    maintenance_time: ClockTime = "04:00:00"
    """When OVHcloud may maintain it, UTC. Default: 04:00."""

    deletion_protection: bool = from_tier("deletion_protection")
    """Whether OVHcloud refuses to delete it. Default: not in development."""


class Topic(Model):
    """A Kafka topic, declared by a service that publishes it. Any change re-creates it: its data is lost."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?$")]
    """Lower-case letters, digits, `.` and `-`."""

    partitions: Annotated[int, Field(ge=1, le=100)] = 3
    """Default: 3."""

    replication: Annotated[int, Field(ge=1, le=3)] = from_tier("topic_replication")
    """Copies. Default: 2 in development, else 3."""

    retention_hours: Annotated[int, Field(ge=1)] = 168
    """How long messages are kept, hours. Default: 168, a week."""
