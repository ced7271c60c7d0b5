"""What the data stack of an environment is built from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from andamio.cloud.data_addresses import Address, DataShape
from andamio.cloud.data_changes import forgotten_addresses, moved_addresses
from andamio.cloud.place import Place, place
from andamio.contract.order import cluster_in_order, service_in_order
from andamio.contract.platform import EnvironmentView
from andamio.contract.shares import StackPart
from andamio.model import KafkaCluster, PostgresCluster, Service, Topic, ValkeyCluster

__all__ = ["DataView", "ServiceDataView", "data_parts", "data_view"]


@dataclass(frozen=True, kw_only=True)
class DataView:
    """What the data stack itself is built from."""

    place: Place
    allowed: str
    """The nodes' subnet: the only range that reaches a store."""

    postgres: PostgresCluster | None
    """The shared cluster, where a database lies on it or was left on it."""

    on_postgres: tuple[str, ...]
    """Services with a database on the shared cluster."""

    dedicated: tuple[tuple[str, str], ...]
    """Each dedicated cluster's name with its service."""

    valkey: ValkeyCluster | None
    kafka: KafkaCluster | None
    topics: tuple[Topic, ...]
    moved: tuple[tuple[Address, Address], ...]
    """Resources of renamed services: address of before, address after it."""

    forgotten: tuple[Address, ...]
    """What tombstones keep at OVHcloud, out of Terraform's care."""


@dataclass(frozen=True, kw_only=True)
class ServiceDataView:
    """What one service's data is built from."""

    place: Place
    allowed: str
    service: Service
    """With what concerns data only, so that no other edit of the service rebuilds it."""

    cluster: str
    """Name of its PostgreSQL cluster; empty without a database."""

    dedicated: PostgresCluster | None
    """Settings of that cluster, where it is the service's own."""


def data_view(view: EnvironmentView) -> DataView:
    """The view of the data stack. A store stays while a tombstone keeps something on it."""
    shared = tuple(c for c in view.database_clusters if not c.dedicated)
    left = view.tombstones
    environment = view.environment
    return DataView(
        place=place(view.shared, environment),
        allowed=environment.network.nodes,
        postgres=cluster_in_order(environment.postgres)
        if shared or any(t.database == "shared" for t in left)
        else None,
        on_postgres=tuple(s.name for c in shared for s in c.services),
        dedicated=tuple((c.name, c.services[0].name) for c in view.database_clusters if c.dedicated),
        valkey=environment.valkey if view.uses_valkey or any(t.cache for t in left) else None,
        kafka=environment.kafka if view.uses_kafka or view.topics or any(t.topics for t in left) else None,
        topics=view.topics,
        moved=moved_addresses(view.services),
        forgotten=forgotten_addresses(view.services, view.topics, view.tombstones),
    )


def data_parts(view: EnvironmentView) -> Iterator[StackPart]:
    """A part for each service that asks for data, by name."""
    where = place(view.shared, view.environment)
    clusters = {service.name: cluster for cluster in view.database_clusters for service in cluster.services}
    for service in view.services:
        if DataShape.of(service) == DataShape():
            continue
        cluster = clusters.get(service.name)
        yield StackPart(
            name=service.name,
            view=ServiceDataView(
                place=where,
                allowed=view.environment.network.nodes,
                service=_concerns_data(service_in_order(service)),
                cluster=cluster.name if cluster else "",
                dedicated=cluster_in_order(cluster.settings) if cluster and cluster.dedicated else None,
            ),
        )


def _concerns_data(service: Service) -> Service:
    return Service(
        name=service.name,
        team=service.team,
        renamed_from=service.renamed_from,
        database=service.database,
        migration=service.migration,
        cache=service.cache,
        publishes=service.publishes,
        subscribes=service.subscribes,
    )
