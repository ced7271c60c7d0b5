"""The cluster stack of an environment: the Kubernetes cluster and its nodes."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cdktf import Construct
from andamio.cloud.cluster import KubernetesCluster
from andamio.cloud.node_pool import ClusterNodePool
from andamio.cloud.place import Place, place
from andamio.cloud.stack import CloudStack
from andamio.contract.names import pools_per_zone
from andamio.contract.platform import EnvironmentView
from andamio.contract.stacks import Stack
from andamio.model.environment import Cluster, NodePool

__all__ = ["ClusterStack", "ClusterView", "ZonePool", "cluster_view"]


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


class ClusterStack(CloudStack):
    """The cluster on the environment's network, with a node pool a zone of each of the model's pools."""

    def __init__(self, scope: Construct, name: str, view: ClusterView) -> None:
        super().__init__(scope, name, kind=Stack.CLUSTER, place=view.place)
        cluster = KubernetesCluster(
            self,
            "cluster",
            stack=self,
            network_id=self.remote(Stack.NETWORK, "network_id"),
            subnet_id=self.remote(Stack.NETWORK, "subnet_id"),
            gateway_address=self.remote(Stack.NETWORK, "gateway_address"),
            settings=view.cluster,
            pods=view.pods,
            services=view.services,
        )
        for one in view.pools:
            ClusterNodePool(
                self, f"pool-{one.name}", stack=self, cluster_id=cluster.id, name=one.name, pool=one.pool, zone=one.zone
            )
        self.publish("cluster_id", cluster.id)
