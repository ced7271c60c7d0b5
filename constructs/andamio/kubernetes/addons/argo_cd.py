"""Argo CD: keeps the cluster in step with `dist/k8s/<environment>`, itself included.

Terraform installs it once with `values`; from then on the Application `argo-cd` owns it.
"""

from __future__ import annotations

import json
from typing import Any

from andamio.contract.views import Context
from andamio.kubernetes import waves
from andamio.kubernetes.addons.addon import (
    RESTRICTED_CONTAINER,
    RESTRICTED_POD,
    Addon,
    HelmChart,
    Values,
    budget,
    replicas,
    resources,
    spread,
    system_nodes,
)
from andamio.kubernetes.addons.application_health import APPLICATION_HEALTH
from andamio.kubernetes.addons.argo_cd_flows import components, high_availability, labels
from andamio.kubernetes.flows import CLOSED_LAST
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.network_policy import deny_all

__all__ = [
    "ADDON",
    "NAMESPACE",
    "OIDC_SECRET",
    "VERSION",
    "host_name",
    "rbac_policy",
    "values",
]

NAMESPACE = "argocd"
VERSION = "10.1.1"

OIDC_SECRET = "argocd-oidc"  # noqa: S105 - the name of a Secret, not its value
"""Secret with key `clientSecret` and label `app.kubernetes.io/part-of: argocd`, made by Terraform's bootstrap release
as the key store cannot be read before Argo CD has installed External Secrets."""

_PRIORITY = "system-cluster-critical"
"""One of Kubernetes' own: at Terraform's first install none of the platform's exist yet."""


def host_name(context: Context) -> str:
    """The host under which people reach Argo CD."""
    return f"argocd.{context.environment.domain.name}"


def rbac_policy(context: Context) -> str:
    """Argo CD's own access rules: administrators may all, a team sees and syncs what is in its project, others none.

    Nobody may run a command in a pod, override a source or act on single objects through Argo CD.
    """
    lines: list[tuple[str, ...]] = []
    for team in sorted(context.shared.teams, key=lambda team: team.name):
        role = f"role:team-{team.name}"
        lines.extend(
            ("p", role, resource, action, f"{team.name}/*", "allow")
            for resource, action in (("applications", "get"), ("applications", "sync"), ("logs", "get"))
        )
        lines.append(("p", role, "projects", "get", team.name, "allow"))
        lines.append(("g", team.group, role))
    lines.append(("g", context.shared.sso.administrators, "role:admin"))
    return "".join(", ".join(_csv(item) for item in line) + "\n" for line in lines)


def _csv(item: str) -> str:
    return '"' + item.replace('"', '""') + '"' if set(item) & set(', "') else item


def _oidc(context: Context) -> str:
    sso = context.shared.sso
    settings: dict[str, Any] = {
        "name": "SSO",
        "issuer": sso.issuer,
        "clientID": sso.client,
        "clientSecret": f"${OIDC_SECRET}:clientSecret",
        "requestedScopes": ["openid", "profile", "email", "groups"],
    }
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in settings.items())


def _configuration(context: Context) -> Values:
    return {
        "cm": {
            "url": f"https://{host_name(context)}",
            "admin.enabled": False,
            "exec.enabled": False,
            "statusbadge.enabled": False,
            "users.anonymous.enabled": False,
            "application.resourceTrackingMethod": "annotation",
            "oidc.config": _oidc(context),
            "resource.customizations.health.argoproj.io_Application": APPLICATION_HEALTH,
        },
        "params": {
            "server.insecure": True,
            "controller.diff.server.side": True,
            "controller.log.format": "json",
            "reposerver.log.format": "json",
            "server.log.format": "json",
        },
        "rbac": {"policy.default": "", "policy.csv": rbac_policy(context), "scopes": "[groups]"},
        # The bootstrap release makes the repository's key: nothing secret goes through values.
        "secret": {"createSecret": True},
    }


def _workload(context: Context, component: str, *, cpu: int, memory: int, limit: int | None = None) -> Values:
    return {
        "resources": resources(cpu=cpu, memory=memory, memory_limit=limit),
        "containerSecurityContext": dict(RESTRICTED_CONTAINER),
        "topologySpreadConstraints": spread(labels(component)),
    }


def _stateless(context: Context, component: str, *, cpu: int, memory: int, limit: int | None = None) -> Values:
    return {
        **_workload(context, component, cpu=cpu, memory=memory, limit=limit),
        "replicas": replicas(context),
        "pdb": budget(context),
    }


def _redis_ha(context: Context) -> Values:
    """Three Redis with sentinels behind a proxy. One a node where there are three zones, else as far as nodes go."""
    nodes = system_nodes(context)
    hard = context.environment.three_zones
    small = resources(cpu=20, memory=32)
    return {
        "enabled": True,
        "hardAntiAffinity": hard,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "priorityClassName": _PRIORITY,
        "containerSecurityContext": {**RESTRICTED_CONTAINER, "runAsUser": 1000},
        "redis": {"resources": resources(cpu=50, memory=128, memory_limit=512)},
        "sentinel": {"resources": small},
        "splitBrainDetection": {"resources": small},
        "init": {"resources": small},
        "haproxy": {
            "hardAntiAffinity": hard,
            "podDisruptionBudget": {"maxUnavailable": 1},
            "priorityClassName": _PRIORITY,
            "containerSecurityContext": dict(RESTRICTED_CONTAINER),
            "resources": resources(cpu=50, memory=64),
            "init": {"resources": small},
            "tolerations": nodes["tolerations"],
        },
        **nodes,
    }


def values(context: Context) -> Values:
    """Values of chart argo-cd, for Terraform's first install and for the Application that takes over.

    Production is highly available: Redis in three, two of all that has no state. The controller stays one in every
    environment: more of them share the work and take over nothing.
    """
    nodes = system_nodes(context)
    return {
        # Without it the chart would call everything after release and chart, `argo-cd-argocd-server`.
        "fullnameOverride": NAMESPACE,
        "global": {
            "domain": host_name(context),
            "priorityClassName": _PRIORITY,
            "logging": {"format": "json"},
            "networkPolicy": {"create": False},
            "securityContext": dict(RESTRICTED_POD),
            **nodes,
        },
        "crds": {"install": True, "keep": True},
        "configs": _configuration(context),
        "controller": {
            "replicas": 1,
            **_workload(context, "application-controller", cpu=250, memory=512, limit=2048),
        },
        "repoServer": _stateless(context, "repo-server", cpu=100, memory=256, limit=1024),
        "server": _stateless(context, "server", cpu=50, memory=128, limit=512),
        "redis": {
            **_workload(context, "redis", cpu=50, memory=64, limit=256),
            "securityContext": {**RESTRICTED_POD, "runAsUser": 999},
        },
        "redis-ha": _redis_ha(context) if high_availability(context) else {"enabled": False},
        "redisSecretInit": {"resources": resources(cpu=10, memory=64), "priorityClassName": _PRIORITY, **nodes},
        "dex": {"enabled": False},
        "notifications": {"enabled": False},
        # No Application is generated in the cluster: all of them are files.
        "applicationSet": {"replicas": 0},
    }


def _objects(context: Context) -> tuple[Manifest, ...]:
    """The policy that closes its namespace, after all others: it is Argo CD itself that applies them."""
    body = deny_all(NAMESPACE).body
    return (Manifest({**body, "metadata": {**body["metadata"], "annotations": waves.in_wave(CLOSED_LAST)}}),)


ADDON = Addon(
    name="argo-cd",
    source=HelmChart(name="argo-cd", version=VERSION),
    namespace=NAMESPACE,
    values=values,
    components=components,
    objects=_objects,
    crds=("AppProject.argoproj.io", "Application.argoproj.io", "ApplicationSet.argoproj.io"),
)
