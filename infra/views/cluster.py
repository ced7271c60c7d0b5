"""What the cluster stack of an environment is built from."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.contract.names import pools_per_zone
from andamio.contract.platform import EnvironmentView
from andamio.model.environment import Cluster, NodePool

__all__ = ["ClusterView", "ZonePool", "cluster_view"]


@dataclass(frozen=True, kw_only=True)
class ZonePool:
    """A node pool in one zone."""

    name: str
    """Its name at OVHcloud."""

    pool: NodePool
    zone: str | None
    """Its zone; None in a one-zone region."""


@dataclass(frozen=True, kw_only=True)
class ClusterView:
    """What the cluster stack is built from."""

    place: Place
    cluster: Cluster
    pods: str
    services: str
    pools: tuple[ZonePool, ...]
    """By name."""


def cluster_view(view: EnvironmentView) -> ClusterView:
    """The view of an environment's cluster stack."""
    environment = view.environment
    pools = {pool.name: pool for pool in environment.pools}
    return ClusterView(
        place=place(view.shared, environment),
        cluster=environment.cluster,
        pods=environment.network.pods,
        services=environment.network.services,
        pools=tuple(
            ZonePool(name=name, pool=pools[pool], zone=zone)
            for name, pool, zone in sorted(pools_per_zone(environment), key=lambda one: one[0])
        ),
    )
