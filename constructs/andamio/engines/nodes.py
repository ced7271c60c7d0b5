"""Nodes shaped like those of an environment's pools, for a control plane without machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from andamio.contract.labels import POOL_LABEL
from andamio.contract.names import pools_per_zone
from andamio.engines.errors import EngineError
from andamio.knowledge.ovh.flavors import PODS_PER_NODE, flavor
from andamio.model.environment import Environment, NodePool

__all__ = ["nodes"]

_ZONE = "topology.kubernetes.io/zone"
_REGION = "topology.kubernetes.io/region"


def nodes(environment: Environment, *, largest: bool = False) -> tuple[dict[str, Any], ...]:
    """The nodes of an environment: as many as its pools keep at least, or with `largest` as many as they may have.

    Each has the pool's labels and taints, its zone, and what is left of its flavor for pods after OVHcloud's reserve.
    """
    by_name = {pool.name: pool for pool in environment.pools}
    made: list[dict[str, Any]] = []
    for name, pool, zone in pools_per_zone(environment):
        made += _of_pool(environment, by_name[pool], name, zone, largest=largest)
    return tuple(made)


def _of_pool(
    environment: Environment, pool: NodePool, name: str, zone: str | None, *, largest: bool
) -> Iterator[dict[str, Any]]:
    size = flavor(pool.flavor)
    if size is None:
        raise EngineError(f"Nothing is known of the flavor {pool.flavor}, so no node of {pool.name} can be made.")
    pods = str(PODS_PER_NODE)
    for number in range(pool.max if largest else pool.min):
        node = f"{name}-node-{number}"
        yield {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": node,
                "labels": {
                    **pool.labels,
                    POOL_LABEL: pool.role,
                    "kubernetes.io/hostname": node,
                    "kubernetes.io/os": "linux",
                    "kubernetes.io/arch": "amd64",
                    "node.kubernetes.io/instance-type": pool.flavor,
                    "nodepool": name,
                    _ZONE: zone or "nova",
                    _REGION: environment.region,
                },
            },
            "spec": {"taints": [{"key": t.key, "value": t.value, "effect": t.effect} for t in pool.taints]},
            "status": {
                "capacity": {"cpu": str(size.vcpus), "memory": f"{size.memory_gib}Gi", "pods": pods},
                "allocatable": {
                    "cpu": f"{size.allocatable_millicores}m",
                    "memory": f"{size.allocatable_memory_mib}Mi",
                    "pods": pods,
                },
            },
        }
