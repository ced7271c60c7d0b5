"""A node pool of the managed Kubernetes cluster."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack, lifecycle
from andamio.contract.labels import POOL_LABEL
from andamio.model.environment import NodePool
from cdktf_cdktf_provider_ovh.cloud_project_kube_nodepool import CloudProjectKubeNodepool

__all__ = ["ClusterNodePool"]


class ClusterNodePool(Construct):
    """One node pool that OVHcloud scales between the model's minimum and maximum, in one zone.

    It starts at the minimum; from then on the autoscaler owns the number of nodes, so Terraform ignores it. The
    template names every key, as the API wants; nodes carry their pool's role as a label.

    Args:
        name: Its name at OVHcloud; the zone is in it where there are several.
        pool: The model's pool.
        zone: The only zone of its nodes; None in a one-zone region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stack: CloudStack,
        cluster_id: str,
        name: str,
        pool: NodePool,
        zone: str | None,
    ) -> None:
        super().__init__(scope, id_)
        stack.address(
            CloudProjectKubeNodepool(
                self,
                "pool",
                service_name=stack.place.project,
                kube_id=cluster_id,
                name=name,
                flavor_name=pool.flavor,
                autoscale=True,
                min_nodes=pool.min,
                max_nodes=pool.max,
                desired_nodes=pool.min,
                availability_zones=[zone] if zone else None,
                monthly_billed=False,
                anti_affinity=False,
                template={
                    "metadata": {
                        "annotations": {},
                        "finalizers": [],
                        "labels": {**dict(sorted(pool.labels.items())), POOL_LABEL: pool.role},
                    },
                    "spec": {
                        "taints": [
                            {"key": taint.key, "value": taint.value, "effect": taint.effect}
                            for taint in sorted(pool.taints, key=lambda one: (one.key, one.value, one.effect))
                        ],
                        "unschedulable": False,
                    },
                },
                timeouts={"create": "60m", "update": "60m", "delete": "60m"},
                lifecycle=lifecycle(ignore=["desired_nodes"]),
            ),
            "pool",
            name,
        )
