"""An add-on: one third-party program of the platform, pinned, with typed values and declared network flows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from andamio.contract.labels import POOL_LABEL
from andamio.contract.views import Context
from andamio.knowledge import charts
from andamio.knowledge.chart_support import KubernetesSupport
from andamio.kubernetes.flows import Component
from andamio.kubernetes.manifest import Manifest

__all__ = [
    "RESTRICTED_CONTAINER",
    "RESTRICTED_POD",
    "SYSTEM_PRIORITY",
    "Addon",
    "AddonError",
    "GitFolder",
    "HelmChart",
    "Values",
    "budget",
    "replicas",
    "resources",
    "spread",
    "system_nodes",
]

Values: TypeAlias = dict[str, Any]

SYSTEM_PRIORITY = "andamio-system"
"""PriorityClass of the platform's own workloads: above every service, below Kubernetes' own."""

RESTRICTED_POD: Mapping[str, Any] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
"""What Pod Security `restricted` asks of a pod (Kubernetes, Pod Security Standards)."""

RESTRICTED_CONTAINER: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""What Pod Security `restricted` asks of a container, and a read-only root file system."""


class AddonError(ValueError):
    """An add-on that would not do what its module says: an unknown value, an unknown chart, a missing reason."""


@dataclass(frozen=True, kw_only=True)
class HelmChart:
    """A chart at one version. Its repository and what it supports come from `andamio.knowledge.charts`."""

    name: str
    version: str

    @property
    def known(self) -> charts.Chart:
        """What is known of this version.

        Raises:
            AddonError: nothing is.
        """
        found = charts.chart(self.name, self.version)
        if found is None:
            versions = ", ".join(charts.known_versions(self.name)) or "none"
            raise AddonError(f"chart {self.name} {self.version} is not known; known versions: {versions}")
        return found

    @property
    def repository(self) -> str:
        """URL of the Helm repository."""
        return self.known.repository.rstrip("/")


@dataclass(frozen=True, kw_only=True)
class GitFolder:
    """A folder of plain manifests in somebody else's git repository."""

    repository: str
    revision: str
    """A tag."""

    path: str


def _no_values(context: Context) -> Values:
    return {}


def _no_components(context: Context) -> tuple[Component, ...]:
    return ()


def _no_objects(context: Context) -> tuple[Manifest, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Addon:
    """One add-on. Its module holds everything that an upgrade has to look at."""

    name: str
    """Name of its Application, of its Helm release and of its folder."""

    source: HelmChart | GitFolder
    """Where it comes from."""

    namespace: str
    """Where it runs."""

    values: Callable[[Context], Values] = _no_values
    """The chart's values in an environment. Default: none."""

    components: Callable[[Context], tuple[Component, ...]] = _no_components
    """Its pods and their network flows. Default: none run."""

    objects: Callable[[Context], tuple[Manifest, ...]] = _no_objects
    """What it needs beside the chart: a secret, a right, a budget that the chart does not know. Default: nothing."""

    crds: tuple[str, ...] = ()
    """Custom resources that it brings, as `Kind.group`. Default: none."""

    provides: tuple[str, ...] = ()
    """What others may depend on beside its custom resources, such as `GatewayClass/istio`. Default: nothing."""

    needs: tuple[str, ...] = ()
    """What its chart depends on and no object of ours shows, such as `CustomResourceDefinition/Certificate.…`.
    Namespace, priority class, stores and issuers are found by themselves. Default: nothing."""

    pod_security: str = "restricted"
    """The Pod Security level that its namespace allows. Default: restricted."""

    reason: str = ""
    """Why the level is not `restricted`; required then."""

    ignore_differences: tuple[Mapping[str, Any], ...] = ()
    """Fields that the program itself changes after installation, for Argo CD to leave alone. Default: none."""

    prune: bool = True
    """Whether Argo CD deletes what a new version no longer brings. Not for charts of custom resources alone: with a
    definition go all its objects. Default: it does."""

    def __post_init__(self) -> None:
        if self.pod_security != "restricted" and not self.reason:
            raise AddonError(f"{self.name}: Pod Security {self.pod_security} needs a reason")

    @property
    def support(self) -> KubernetesSupport | None:
        """Kubernetes versions that its project supports; None where that is not known."""
        return self.source.known.support if isinstance(self.source, HelmChart) else None

    def checked_values(self, context: Context) -> Values:
        """The chart's values.

        Raises:
            AddonError: the chart does not know a key, which Helm itself would accept in silence.
        """
        values = self.values(context)
        if not isinstance(self.source, HelmChart):
            return values
        unknown = charts.unknown_values(self.source.name, self.source.version, values)
        if unknown:
            lines = [f"{item.path}{f' (did you mean {item.nearest}?)' if item.nearest else ''}" for item in unknown]
            chart = f"{self.source.name} {self.source.version}"
            raise AddonError(f"{self.name}: chart {chart} does not know {', '.join(lines)}")
        return values


def replicas(context: Context) -> int:
    """Replicas of a component that can have several: one in development, else two, so that one may be drained."""
    return 1 if context.environment.tier == "development" else 2


def budget(context: Context) -> Values:
    """A disruption budget of one pod, where there are two; with a single replica it would stop every drain."""
    return {"enabled": True, "minAvailable": 1} if replicas(context) > 1 else {"enabled": False}


def resources(*, cpu: int, memory: int, memory_limit: int | None = None) -> Values:
    """Requests in millicores and MiB. Limits: four times the CPU; of memory twice, unless given."""
    return {
        "requests": {"cpu": f"{cpu}m", "memory": f"{memory}Mi"},
        "limits": {"cpu": f"{cpu * 4}m", "memory": f"{memory_limit or memory * 2}Mi"},
    }


def system_nodes(context: Context) -> Values:
    """Node selector and tolerations that put a pod on the system pools."""
    taints = [taint for pool in context.environment.pools if pool.role == "system" for taint in pool.taints]
    tolerations: list[Values] = []
    for taint in taints:
        toleration = {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}
        if toleration not in tolerations:
            tolerations.append(toleration)
    return {"nodeSelector": {POOL_LABEL: "system"}, "tolerations": tolerations}


def spread(labels: Mapping[str, str]) -> list[Values]:
    """Topology spread over zones and nodes, as far as there is room."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(labels)},
        }
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]
