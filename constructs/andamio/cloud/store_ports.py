"""The TCP ports of an environment's stores, which the network policies of its cluster open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from andamio.cloud.data_addresses import CLUSTER, Address, DataShape, data_addresses, shared_address
from andamio.cloud.kafka import ENGINE as KAFKA_ENGINE
from andamio.cloud.postgres import ENGINE as POSTGRES_ENGINE
from andamio.cloud.store_cluster import endpoint
from andamio.cloud.valkey import ENGINE as VALKEY_ENGINE
from andamio.contract.stores import KAFKA, POSTGRES, VALKEY

__all__ = ["KAFKA_CLUSTER", "POSTGRES_CLUSTER", "VALKEY_CLUSTER", "store_ports"]

POSTGRES_CLUSTER: Final = shared_address(CLUSTER, POSTGRES)
"""The shared PostgreSQL cluster."""

VALKEY_CLUSTER: Final = shared_address(CLUSTER, VALKEY)
KAFKA_CLUSTER: Final = shared_address(CLUSTER, KAFKA)


def store_ports(
    *, on_postgres: Sequence[str] | None, dedicated: Sequence[tuple[str, str]], valkey: bool, kafka: bool
) -> Mapping[str, str]:
    """Store → a Terraform expression for its ports: that of the cluster and those of the pools on it.

    Args:
        on_postgres: Services with a database on the shared cluster; None when there is no such cluster.
        dedicated: Each dedicated cluster's name with its service.
        valkey: Whether there is a Valkey.
        kafka: Whether there is a Kafka.
    """
    ports: dict[str, str] = {}
    if on_postgres is not None:
        ports[POSTGRES] = _ports(POSTGRES_CLUSTER, POSTGRES_ENGINE, on_postgres)
    for cluster, service in dedicated:
        own = data_addresses(service, DataShape(database="dedicated"))["cluster"]
        ports[cluster] = _ports(own, POSTGRES_ENGINE, (service,))
    if valkey:
        ports[VALKEY] = _ports(VALKEY_CLUSTER, VALKEY_ENGINE, ())
    if kafka:
        ports[KAFKA] = _ports(KAFKA_CLUSTER, KAFKA_ENGINE, ())
    return ports


def _ports(cluster: Address, component: str, pooled: Sequence[str]) -> str:
    pools = (data_addresses(service, DataShape(database="shared"))["pool"] for service in pooled)
    listed = ", ".join([endpoint(cluster, component, "port"), *(f"{pool}.port" for pool in pools)])
    return f"${{distinct([{listed}])}}"
