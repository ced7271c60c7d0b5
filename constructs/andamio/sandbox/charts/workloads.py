"""The table of stand-in charts: which workloads each real chart makes, and where in its values each of them is told.

Paths into values are those of the real charts, which the values builders of the add-ons fill; what is not named here a
stand-in does not make. Webhook configurations are left out on purpose: nobody would answer them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["CHARTS", "Budget", "StandIn", "Workload"]

_NAME = "app.kubernetes.io/name"


@dataclass(frozen=True, kw_only=True)
class Budget:
    """A PodDisruptionBudget that values ask for."""

    at: str
    """Where its settings are, such as `webhook.podDisruptionBudget`."""

    switch: str = "enabled"
    """The key that asks for it; empty: it is there when there are settings."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One Deployment, StatefulSet or Job of a chart, with its ServiceAccount."""

    name: str
    labels: Mapping[str, str]
    """What selects its pods."""

    at: str = ""
    """Where in the values it is told about; empty: at the top."""

    kind: str = "Deployment"
    hook: str = ""
    """When Helm runs it and waits for its end, such as `post-install`. Empty: it is no hook."""

    replicas: str = "replicaCount"
    """Path of its number of pods, below `at`."""

    default_replicas: int = 1
    resources: str = "resources"
    pod_security: str = "securityContext"
    container_security: str = "containerSecurityContext"
    priority: str = "priorityClassName"
    node_selector: str = "nodeSelector"
    tolerations: str = "tolerations"
    shared: str = ""
    """Where a setting comes from that is missing at its own place, such as `global`."""

    apart: str = ""
    """A switch, below `at`, with which no two of its pods share a node. Empty: the chart has none."""

    ports: Mapping[str, int] = field(default_factory=dict)
    service: str = ""
    """Name of a Service on port 80 and its pods' first port. Empty: none."""

    budget: Budget | None = None
    only_if: str = ""
    """A switch in the values without which it is not made."""

    unless: str = ""
    """A switch in the values with which it is not made."""

    containers: tuple[tuple[str, str], ...] = (("main", ""),)
    """Name of each container, and where its resources are, below `at`. Default: one, at `resources`."""


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """What a stand-in chart makes."""

    workloads: tuple[Workload, ...] = ()
    definitions: str = ""
    """Name of the module files with its custom resource definitions. Empty: none."""

    template: str = ""
    """A template of its own beside the workloads."""


def _argo(component: str, at: str, **settings: Any) -> Workload:
    labels = {_NAME: f"argocd-{component}", "app.kubernetes.io/instance": "argo-cd"}
    return Workload(name=f"argocd-{component}", labels=labels, at=at, shared="global", replicas="replicas", **settings)


def _cert_manager(component: str, at: str, **settings: Any) -> Workload:
    return Workload(
        name="cert-manager" if not at else f"cert-manager-{component}",
        labels={_NAME: component, "app.kubernetes.io/instance": "cert-manager"},
        at=at,
        shared="global",
        budget=Budget(at="podDisruptionBudget"),
        **settings,
    )


def _external_secrets(component: str, at: str) -> Workload:
    return Workload(
        name=component,
        labels={_NAME: component, "app.kubernetes.io/instance": "external-secrets"},
        at=at,
        pod_security="podSecurityContext",
        container_security="securityContext",
        budget=Budget(at="podDisruptionBudget"),
    )


CHARTS: Final[Mapping[str, StandIn]] = {
    "argo-cd": StandIn(
        definitions="argo-cd-crds",
        template="argo-cd",
        workloads=(
            _argo("application-controller", "controller", kind="StatefulSet", ports={"metrics": 8082}),
            _argo("repo-server", "repoServer", ports={"repo-server": 8081}, budget=Budget(at="pdb")),
            _argo("server", "server", ports={"server": 8080}, service="argocd-server", budget=Budget(at="pdb")),
            _argo("redis-secret-init", "redisSecretInit", kind="Job", hook="pre-install,pre-upgrade"),
            _argo("redis", "redis", ports={"redis": 6379}, unless="redis-ha.enabled"),
            Workload(
                name="argocd-redis-ha-server",
                kind="StatefulSet",
                labels={"app": "redis-ha", "release": "argo-cd"},
                at="redis-ha",
                apart="hardAntiAffinity",
                default_replicas=3,
                replicas="replicas",
                shared="global",
                ports={"redis": 6379},
                budget=Budget(at="podDisruptionBudget", switch=""),
                only_if="redis-ha.enabled",
                containers=(
                    ("redis", "redis.resources"),
                    ("sentinel", "sentinel.resources"),
                    ("split-brain-fix", "splitBrainDetection.resources"),
                ),
            ),
            Workload(
                name="argocd-redis-ha-haproxy",
                labels={"app": "redis-ha-haproxy", "release": "argo-cd"},
                at="redis-ha.haproxy",
                apart="hardAntiAffinity",
                default_replicas=3,
                replicas="replicas",
                shared="redis-ha",
                ports={"redis": 6379},
                budget=Budget(at="podDisruptionBudget", switch=""),
                only_if="redis-ha.enabled",
            ),
        ),
    ),
    "argocd-apps": StandIn(template="argocd-apps"),
    "external-secrets": StandIn(
        definitions="external-secrets-crds",
        workloads=(
            _external_secrets("external-secrets", ""),
            _external_secrets("external-secrets-webhook", "webhook"),
            _external_secrets("external-secrets-cert-controller", "certController"),
        ),
    ),
    "cert-manager": StandIn(
        definitions="cert-manager-crds",
        workloads=(
            _cert_manager("cert-manager", ""),
            _cert_manager("webhook", "webhook"),
            _cert_manager("cainjector", "cainjector"),
            _cert_manager(
                "startupapicheck", "startupapicheck", kind="Job", hook="post-install", only_if="startupapicheck.enabled"
            ),
        ),
    ),
    "cert-manager-webhook-ovh": StandIn(
        workloads=(
            Workload(
                name="cert-manager-webhook-ovh",
                labels={_NAME: "cert-manager-webhook-ovh", "app.kubernetes.io/instance": "cert-manager-webhook-ovh"},
                at="pod",
                replicas="replicas",
                pod_security="securityContext.pod",
                container_security="securityContext.container",
                node_selector="selectors.nodeSelector",
                ports={"https": 8443},
            ),
        ),
    ),
    "base": StandIn(definitions="istio-crds"),
    "istiod": StandIn(
        workloads=(
            Workload(
                name="istiod",
                labels={"app": "istiod", "istio": "pilot"},
                shared="global",
                pod_security="",
                container_security="",
                ports={"grpc": 15010, "https-dns": 15012, "https-webhooks": 15017},
                budget=Budget(at="global.defaultPodDisruptionBudget"),
            ),
        ),
    ),
    "external-dns": StandIn(
        workloads=(
            Workload(
                name="external-dns",
                labels={_NAME: "external-dns", "app.kubernetes.io/instance": "external-dns"},
                pod_security="podSecurityContext",
                container_security="securityContext",
                ports={"http": 7979},
            ),
        ),
    ),
    "reloader": StandIn(
        workloads=(
            Workload(
                name="reloader",
                labels={"app": "reloader", "release": "reloader"},
                at="reloader.deployment",
                replicas="replicas",
                container_security="containerSecurityContext",
                ports={"http": 9090},
            ),
        ),
    ),
}
"""Chart → what stands in for it."""
