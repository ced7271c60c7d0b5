"""Argo CD: keeps the cluster in step with `dist/k8s/<environment>`, itself included.

Terraform installs it once with `values`; from then on the Application `argo-cd` owns it.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from andamio.contract.names import GATEWAY_NAMESPACE
from andamio.contract.views import Context
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
from andamio.kubernetes.flows import ApiServer, Component, Dns, Flow, FromPods, ToHost, ToPods

__all__ = [
    "ADDON",
    "NAMESPACE",
    "OIDC_SECRET",
    "SERVER_LABELS",
    "SERVER_PORT",
    "VERSION",
    "git_host",
    "host_name",
    "rbac_policy",
    "values",
]

NAMESPACE = "argocd"
VERSION = "10.1.1"

OIDC_SECRET = "argocd-oidc"  # noqa: S105 - the name of a Secret, not its value
"""Secret with key `clientSecret` and label `app.kubernetes.io/part-of: argocd`, made by Terraform's bootstrap release
as the key store cannot be read before Argo CD has installed External Secrets."""

SERVER_PORT = 8080
"""Where the server answers plain HTTP; TLS ends at the Gateway."""

_PRIORITY = "system-cluster-critical"
"""One of Kubernetes' own: at Terraform's first install none of the platform's exist yet."""

_REDIS_PORT = 6379
_SENTINEL_PORT = 26379
_REPOSITORY_PORT = 8081

_CHART_HOSTS = (
    "aureq.github.io",
    "argoproj.github.io",
    "charts.external-secrets.io",
    "charts.jetstack.io",
    "github.com",
    "*.githubusercontent.com",
    "istio-release.storage.googleapis.com",
    "kubernetes-sigs.github.io",
    "stakater.github.io",
)
"""Where the charts come from; indexes on github.io point to packages at GitHub."""


def _labels(component: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": f"argocd-{component}"}


SERVER_LABELS = _labels("server")


def host_name(context: Context) -> str:
    """The host under which people reach Argo CD."""
    return f"argocd.{context.environment.domain.name}"


def git_host(url: str) -> tuple[str, int]:
    """Host and port of a git URL, in one of the forms `https://…`, `ssh://…` and `git@host:path`."""
    if "://" not in url:
        return url.partition("@")[2].partition(":")[0], 22
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (22 if parts.scheme == "ssh" else 443)


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
        "topologySpreadConstraints": spread(_labels(component)),
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


def _high_availability(context: Context) -> bool:
    return context.environment.tier == "production"


def values(context: Context) -> Values:
    """Values of chart argo-cd, for Terraform's first install and for the Application that takes over.

    Production is highly available: Redis in three, two of all that has no state. The controller stays one in every
    environment: more of them share the work and take over nothing.
    """
    nodes = system_nodes(context)
    return {
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
        "redis-ha": _redis_ha(context) if _high_availability(context) else {"enabled": False},
        "redisSecretInit": {"resources": resources(cpu=10, memory=64), "priorityClassName": _PRIORITY, **nodes},
        "dex": {"enabled": False},
        "notifications": {"enabled": False},
        # No Application is generated in the cluster: all of them are files.
        "applicationSet": {"replicas": 0},
    }


def _redis(context: Context) -> tuple[Component, ...]:
    """The cache, which only Argo CD's own parts reach."""
    clients = tuple(
        FromPods(labels=_labels(part), ports=(_REDIS_PORT,))
        for part in ("application-controller", "repo-server", "server")
    )
    if not _high_availability(context):
        return (Component(name="argocd-redis", labels=_labels("redis"), flows=clients),)
    servers, proxies = {"app": "redis-ha"}, {"app": "redis-ha-haproxy"}
    ports = (_REDIS_PORT, _SENTINEL_PORT)
    among = ToPods(labels=servers, ports=ports)
    return (
        Component(
            name="argocd-redis-ha",
            labels=servers,
            flows=(Dns(), among, FromPods(labels=servers, ports=ports), FromPods(labels=proxies, ports=ports)),
        ),
        Component(name="argocd-redis-ha-haproxy", labels=proxies, flows=(Dns(), among, *clients)),
    )


def _components(context: Context) -> tuple[Component, ...]:
    redis = ToPods(
        labels={"app": "redis-ha-haproxy"} if _high_availability(context) else _labels("redis"), ports=(_REDIS_PORT,)
    )
    sources = ToPods(labels=_labels("repo-server"), ports=(_REPOSITORY_PORT,))
    host, port = git_host(context.shared.repository.url)
    issuer = urlsplit(context.shared.sso.issuer)
    repositories: list[Flow] = [ToHost(host=host, port=port)]
    repositories.extend(ToHost(host=name) for name in _CHART_HOSTS if (name, 443) != (host, port))
    return (
        Component(
            name="argocd-application-controller",
            labels=_labels("application-controller"),
            flows=(Dns(), ApiServer(), redis, sources),
        ),
        Component(
            name="argocd-repo-server",
            labels=_labels("repo-server"),
            flows=(
                Dns(),
                redis,
                *repositories,
                FromPods(labels=_labels("application-controller"), ports=(_REPOSITORY_PORT,)),
                FromPods(labels=_labels("server"), ports=(_REPOSITORY_PORT,)),
            ),
        ),
        Component(
            name="argocd-server",
            labels=SERVER_LABELS,
            flows=(
                Dns(),
                ApiServer(),
                redis,
                sources,
                ToHost(host=issuer.hostname or "", port=issuer.port or 443),
                FromPods(namespace=GATEWAY_NAMESPACE, ports=(SERVER_PORT,)),
            ),
        ),
        Component(name="argocd-redis-secret-init", labels=_labels("redis-secret-init"), flows=(Dns(), ApiServer())),
        *_redis(context),
    )


ADDON = Addon(
    name="argo-cd",
    source=HelmChart(name="argo-cd", version=VERSION),
    namespace=NAMESPACE,
    values=values,
    components=_components,
    crds=("AppProject.argoproj.io", "Application.argoproj.io", "ApplicationSet.argoproj.io"),
)
