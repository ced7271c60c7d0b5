"""Which store each service uses: the clusters of an environment and what lies on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from andamio.model import PostgresCluster, Service, Topic

__all__ = ["DOCUMENTED_PORTS", "KAFKA", "POSTGRES", "VALKEY", "DatabaseCluster", "database_clusters", "topics"]

POSTGRES = "postgres"
"""The shared PostgreSQL cluster; a dedicated one is `postgres-<service>`."""

VALKEY = "valkey"
KAFKA = "kafka"

DOCUMENTED_PORTS: Mapping[str, tuple[int, ...]] = {POSTGRES: (20184, 20185), VALKEY: (20182,), KAFKA: (20186,)}
"""Ports that OVHcloud's guides show: PostgreSQL and its pools, Valkey, Kafka. They stand in until the first deploy
tells the real ones."""


@dataclass(frozen=True, kw_only=True)
class DatabaseCluster:
    """One PostgreSQL cluster of an environment and the services whose databases lie on it."""

    name: str
    """`postgres`, or `postgres-<service>` (the original name) for a dedicated one."""

    settings: PostgresCluster
    """Plan, size and windows."""

    services: tuple[Service, ...]
    """Services with a database on it, by name."""

    dedicated: bool
    """Whether it is one service's own."""


def database_clusters(services: tuple[Service, ...], shared: PostgresCluster) -> tuple[DatabaseCluster, ...]:
    """The PostgreSQL clusters that `services` (resolved for one environment) ask for, the shared one first."""
    on_shared = tuple(s for s in services if s.database is not None and s.database.placement == "shared")
    clusters = []
    if on_shared:
        clusters.append(DatabaseCluster(name=POSTGRES, settings=shared, services=on_shared, dedicated=False))
    for service in services:
        if service.database is not None and service.database.placement == "dedicated":
            clusters.append(
                DatabaseCluster(
                    name=f"{POSTGRES}-{service.original_name}",
                    settings=service.database.cluster or shared,
                    services=(service,),
                    dedicated=True,
                )
            )
    return tuple(clusters)


def topics(services: tuple[Service, ...], default_replication: int) -> tuple[Topic, ...]:
    """Every topic that somebody publishes, by name: with its publisher's settings, or the platform's."""
    declared = {topic.name: topic for service in services for topic in service.topics}
    names = sorted({name for service in services for name in service.publishes} | set(declared))
    return tuple(declared.get(name) or Topic(name=name, replication=default_replication) for name in names)
