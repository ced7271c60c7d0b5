"""Managed Kubernetes: versions, plans and what a cluster may hold.

Sources: managed Kubernetes guides "Plans" (February 2026), "Understanding MKS architecture" (June
2026), "End of sale and end of life policies", "Known limits" (October 2024), and the public roadmap.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Final


class VersionStatus(StrEnum):
    """What OVHcloud promises for a Kubernetes version."""

    PLANNED = "planned"
    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    """Clusters still run; the oldest are upgraded by force after thirty days' notice."""

    END_OF_LIFE = "end-of-life"


@dataclass(frozen=True, kw_only=True)
class KubernetesVersion:
    """One minor version of Kubernetes as OVHcloud offers it."""

    version: str
    status: VersionStatus


KUBERNETES_VERSIONS: Final[tuple[KubernetesVersion, ...]] = (
    KubernetesVersion(version="1.30", status=VersionStatus.END_OF_LIFE),
    KubernetesVersion(version="1.31", status=VersionStatus.UNSUPPORTED),
    KubernetesVersion(version="1.32", status=VersionStatus.UNSUPPORTED),
    KubernetesVersion(version="1.33", status=VersionStatus.SUPPORTED),
    KubernetesVersion(version="1.34", status=VersionStatus.SUPPORTED),
    KubernetesVersion(version="1.35", status=VersionStatus.SUPPORTED),
    KubernetesVersion(version="1.36", status=VersionStatus.PLANNED),
)
"""As of April 2026 on the public roadmap; 1.36 was planned for September 2026. The three newest minor
versions are supported; upgrades go one minor at a time and never back."""


def supported_versions() -> tuple[str, ...]:
    """Return the minor versions that a new cluster may take, oldest first, as the cluster's argument writes them."""
    return tuple(entry.version for entry in KUBERNETES_VERSIONS if entry.status is VersionStatus.SUPPORTED)


@dataclass(frozen=True, kw_only=True)
class ClusterPlan:
    """One plan of managed Kubernetes. A cluster's plan cannot be changed (provider documentation)."""

    name: str
    max_nodes: int
    etcd_mb: int
    """Space for all objects, in MB."""

    three_zone: bool
    """Whether it is offered in regions of three zones."""

    gateway_required: bool
    """Whether it needs a private network whose subnet has a gateway."""

    cilium: bool
    """Whether its network is Cilium, which brings policies by host name; otherwise Canal."""

    default_pods: IPv4Network
    default_services: IPv4Network


CLUSTER_PLANS: Final[tuple[ClusterPlan, ...]] = (
    ClusterPlan(
        name="free",
        max_nodes=100,
        etcd_mb=400,
        three_zone=False,
        gateway_required=False,
        cilium=False,
        default_pods=IPv4Network("10.2.0.0/16"),
        default_services=IPv4Network("10.3.0.0/16"),
    ),
    ClusterPlan(
        name="standard",
        max_nodes=500,
        etcd_mb=8000,
        three_zone=True,
        gateway_required=True,
        cilium=True,
        default_pods=IPv4Network("10.240.0.0/13"),
        default_services=IPv4Network("10.3.0.0/16"),
    ),
)
"""Both plans, by the page "Plans"."""


def cluster_plan(name: str) -> ClusterPlan | None:
    """Return the plan of that name, or None where it is not known."""
    return next((known for known in CLUSTER_PLANS if known.name == name), None)


RESERVED_RANGES: Final[tuple[tuple[IPv4Network, str], ...]] = (
    (IPv4Network("172.17.0.0/16"), "the container runtime of every node"),
)
"""Ranges that no network, pod or service range may overlap, with what holds them (guide "Known limits")."""

CLUSTERS_PER_PROJECT: Final = 20
"""Clusters in a Public Cloud project."""

ANTI_AFFINITY_POOL_NODES: Final = 5
"""Nodes in a pool whose nodes are kept on different hosts."""

LOAD_BALANCERS_PER_PROJECT: Final = 200
"""Load balancers in a project (guide "Expose your applications using a load balancer", January 2024)."""

DRAIN_MINUTES: Final = 10
"""How long a node's drain waits for disruption budgets before pods are removed by force (guide "Known limits")."""

ZONES_PER_POOL_IN_THREE_ZONE_REGION: Final = 1
"""Zones that a node pool names in a three-zone region: exactly one (provider documentation)."""
