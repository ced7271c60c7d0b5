"""The data stack of an environment: its stores, and what each service has on them."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.data_addresses import (
    KEY_STORE_SECRET,
    POSTGRES_USER,
    Address,
    DataShape,
    data_addresses,
    shared_address,
)
from andamio.cloud.kafka import KafkaStore, ServiceEvents
from andamio.cloud.moved import Moved, Removed
from andamio.cloud.postgres import PostgresStore
from andamio.cloud.postgres_database import ServiceDatabase
from andamio.cloud.stack import CloudStack
from andamio.cloud.store_access import StoreAccess
from andamio.cloud.store_cluster import StoreCluster, StoreNetwork, database_region
from andamio.cloud.store_ports import KAFKA_CLUSTER, POSTGRES_CLUSTER, VALKEY_CLUSTER, store_ports
from andamio.cloud.valkey import ENGINE as VALKEY_ENGINE
from andamio.cloud.valkey import ServiceCache
from andamio.contract.stacks import Stack
from andamio.contract.stores import KAFKA, POSTGRES, VALKEY
from infra.views.data import DataView, ServiceDataView, data_parts, data_view

__all__ = ["DataStack", "DataView", "ServiceDataView", "data_parts", "data_view"]


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
                cluster=POSTGRES_CLUSTER,
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
            StoreCluster(
                self,
                VALKEY,
                address=VALKEY_CLUSTER,
                name=f"{view.place.prefix}-{VALKEY}",
                engine=VALKEY_ENGINE,
                settings=view.valkey,
                network=self._network,
                keep=view.place.durable,
            )
        if view.kafka:
            KafkaStore(
                self,
                KAFKA,
                address=KAFKA_CLUSTER,
                cloud_name=f"{view.place.prefix}-{KAFKA}",
                settings=view.kafka,
                topics=view.topics,
                network=self._network,
                keep=view.place.durable,
            )
        Moved(self, "renamed", addresses=view.moved)
        Removed(self, "tombstones", addresses=view.forgotten)
        self.publish(
            "store_ports",
            store_ports(
                on_postgres=view.on_postgres if view.postgres else None,
                dedicated=view.dedicated,
                valkey=view.valkey is not None,
                kafka=view.kafka is not None,
            ),
        )

    def add_part(self, name: str, view: ServiceDataView) -> None:
        """Add one service's data under `services/<name>`."""
        scope = Construct(self._services, name)
        shape = DataShape.of(view.service)
        addresses = data_addresses(name, shape)
        cluster = addresses.get("cluster", POSTGRES_CLUSTER)

        def access(on: Address) -> StoreAccess:
            return StoreAccess(
                service=view.service,
                addresses=addresses,
                cluster=on,
                project=view.place.project,
                key_store_id=self._key_store,
            )

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
        if view.service.database is not None:
            ServiceDatabase(scope, "database", access=access(cluster), keep=view.place.durable)
        if view.service.cache is not None:
            ServiceCache(scope, "cache", access=access(VALKEY_CLUSTER))
        if shape.topics:
            ServiceEvents(scope, "events", access=access(KAFKA_CLUSTER))
