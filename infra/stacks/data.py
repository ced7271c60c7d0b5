"""The data stack of an environment: its stores, and what each service has on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from andamio.cdktf import Construct
from andamio.cloud.data_addresses import (
    CLUSTER,
    KEY_STORE_SECRET,
    POSTGRES_USER,
    Address,
    DataShape,
    all_addresses,
    data_addresses,
    shared_address,
    topic_address,
)
from andamio.cloud.kafka import ENGINE as KAFKA_ENGINE
from andamio.cloud.kafka import KafkaStore, ServiceEvents
from andamio.cloud.moved import Moved, Removed
from andamio.cloud.place import Place, place
from andamio.cloud.postgres import ENGINE as POSTGRES_ENGINE
from andamio.cloud.postgres import PostgresStore
from andamio.cloud.postgres_database import ServiceDatabase
from andamio.cloud.stack import CloudStack
from andamio.cloud.store_cluster import StoreNetwork, database_region, endpoint
from andamio.cloud.valkey import ENGINE as VALKEY_ENGINE
from andamio.cloud.valkey import ServiceCache, ValkeyStore
from andamio.contract.platform import EnvironmentView
from andamio.contract.shares import StackPart
from andamio.contract.stacks import Stack
from andamio.contract.stores import KAFKA, POSTGRES, VALKEY
from andamio.model import KafkaCluster, PostgresCluster, Service, Tombstone, Topic, ValkeyCluster

__all__ = ["DataStack", "DataView", "ServiceDataView", "data_parts", "data_view"]

_POSTGRES = shared_address(CLUSTER, POSTGRES)
_VALKEY = shared_address(CLUSTER, VALKEY)
_KAFKA = shared_address(CLUSTER, KAFKA)


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
    renamed: tuple[tuple[str, str, DataShape], ...]
    """Each service that was renamed: name of before, name of now, and which data it has."""

    tombstones: tuple[Tombstone, ...]


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
        postgres=environment.postgres if shared or any(t.database == "shared" for t in left) else None,
        on_postgres=tuple(s.name for c in shared for s in c.services),
        dedicated=tuple((c.name, c.services[0].name) for c in view.database_clusters if c.dedicated),
        valkey=environment.valkey if view.uses_valkey or any(t.cache for t in left) else None,
        kafka=environment.kafka if view.uses_kafka or view.topics or any(t.topics for t in left) else None,
        topics=view.topics,
        renamed=tuple((s.renamed_from, s.name, DataShape.of(s)) for s in view.services if s.renamed_from),
        tombstones=left,
    )


def data_parts(view: EnvironmentView) -> Iterator[StackPart]:
    """A part for each service that asks for data, by name."""
    where = place(view.shared, view.environment)
    for service in view.services:
        if DataShape.of(service) == DataShape():
            continue
        cluster = view.database_cluster_of(service) if service.database is not None else None
        yield StackPart(
            name=service.name,
            view=ServiceDataView(
                place=where,
                allowed=view.environment.network.nodes,
                service=_concerns_data(service),
                cluster=cluster.name if cluster else "",
                dedicated=cluster.settings if cluster and cluster.dedicated else None,
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


class DataStack(CloudStack):
    """PostgreSQL, Valkey and Kafka as services ask for them, topics, what moved and what tombstones leave untouched.

    A service's own part (`add_part`) holds its database, users, access rules and secrets, and its cluster where it
    has one of its own. It refers to shared clusters by address, so it does not depend on other parts.
    """

    def __init__(self, scope: Construct, name: str, view: DataView) -> None:
        super().__init__(scope, name, kind=Stack.DATA, place=view.place)
        self._network = StoreNetwork(
            project=view.place.project,
            region=database_region(view.place.region),
            network_id=self.remote(Stack.NETWORK, "network_id"),
            subnet_id=self.remote(Stack.NETWORK, "subnet_id"),
            allowed=view.allowed,
        )
        self._key_store = self.remote(Stack.KEYS, "key_store_id")
        self._services = Construct(self, "services")
        if view.postgres:
            PostgresStore(
                self,
                POSTGRES,
                cluster=_POSTGRES,
                admin=shared_address(POSTGRES_USER, f"{POSTGRES}_admin"),
                admin_secret=shared_address(KEY_STORE_SECRET, f"{POSTGRES}_admin"),
                name=POSTGRES,
                cloud_name=f"{view.place.prefix}-{POSTGRES}",
                settings=view.postgres,
                network=self._network,
                key_store_id=self._key_store,
                keep=view.place.durable,
            )
        if view.valkey:
            ValkeyStore(
                self,
                VALKEY,
                address=_VALKEY,
                cloud_name=f"{view.place.prefix}-{VALKEY}",
                settings=view.valkey,
                network=self._network,
                keep=view.place.durable,
            )
        if view.kafka:
            KafkaStore(
                self,
                KAFKA,
                address=_KAFKA,
                cloud_name=f"{view.place.prefix}-{KAFKA}",
                settings=view.kafka,
                topics=view.topics,
                network=self._network,
                keep=view.place.durable,
            )
        Moved(self, "renamed", addresses=_moved(view))
        Removed(self, "tombstones", addresses=_left(view))
        self.publish("store_ports", _store_ports(view))

    def add_part(self, name: str, view: ServiceDataView) -> None:
        """Add one service's data under `services/<name>`."""
        scope = Construct(self._services, name)
        service, shape = view.service, DataShape.of(view.service)
        addresses = data_addresses(name, shape)
        cluster = addresses.get("cluster", _POSTGRES)
        project, key_store = view.place.project, self._key_store
        if view.dedicated:
            PostgresStore(
                scope,
                POSTGRES,
                cluster=cluster,
                admin=addresses["admin"],
                admin_secret=addresses["admin_secret"],
                name=view.cluster,
                cloud_name=f"{view.place.prefix}-{view.cluster}",
                settings=view.dedicated,
                network=self._network,
                key_store_id=self._key_store,
                keep=view.place.durable,
            )
        if service.database is not None:
            ServiceDatabase(
                scope,
                "database",
                service=service,
                addresses=addresses,
                cluster=cluster,
                project=project,
                key_store_id=key_store,
                keep=view.place.durable,
            )
        if service.cache is not None:
            ServiceCache(
                scope,
                "cache",
                service=service,
                addresses=addresses,
                cluster=_VALKEY,
                project=project,
                key_store_id=key_store,
            )
        if shape.topics:
            ServiceEvents(
                scope,
                "events",
                service=service,
                addresses=addresses,
                cluster=_KAFKA,
                project=project,
                key_store_id=key_store,
            )


def _moved(view: DataView) -> Iterator[tuple[Address, Address]]:
    for before, now, shape in view.renamed:
        yield from zip(all_addresses(before, shape), all_addresses(now, shape), strict=True)


def _left(view: DataView) -> Iterator[Address]:
    """What tombstones keep: all that the service had, and its topics but those that somebody publishes again."""
    live = {topic.name for topic in view.topics}
    for tombstone in view.tombstones:
        yield from all_addresses(tombstone.service, DataShape.left_by(tombstone))
        yield from (topic_address(topic) for topic in sorted(set(tombstone.topics) - live))


def _store_ports(view: DataView) -> dict[str, str]:
    """Store → an expression for its ports: that of the cluster and those of the pools on it."""
    ports: dict[str, str] = {}
    if view.postgres:
        ports[POSTGRES] = _ports(_POSTGRES, POSTGRES_ENGINE, view.on_postgres)
    for cluster, service in view.dedicated:
        own = data_addresses(service, DataShape(database="dedicated"))["cluster"]
        ports[cluster] = _ports(own, POSTGRES_ENGINE, (service,))
    if view.valkey:
        ports[VALKEY] = _ports(_VALKEY, VALKEY_ENGINE, ())
    if view.kafka:
        ports[KAFKA] = _ports(_KAFKA, KAFKA_ENGINE, ())
    return ports


def _ports(cluster: Address, component: str, pooled: tuple[str, ...]) -> str:
    pools = (data_addresses(service, DataShape(database="shared"))["pool"] for service in pooled)
    listed = ", ".join([endpoint(cluster, component, "port"), *(f"{pool}.port" for pool in pools)])
    return f"${{distinct([{listed}])}}"
