"""The cluster stack of an environment: the Kubernetes cluster and its nodes."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.cluster import KubernetesCluster
from andamio.cloud.node_pool import ClusterNodePool
from andamio.cloud.stack import CloudStack
from andamio.contract.stacks import Stack
from infra.views.cluster import ClusterView, ZonePool, cluster_view

__all__ = ["ClusterStack", "ClusterView", "ZonePool", "cluster_view"]


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
