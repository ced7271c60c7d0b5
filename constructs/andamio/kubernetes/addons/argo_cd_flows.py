"""The network flows of Argo CD's components."""

from __future__ import annotations

from urllib.parse import urlsplit

from andamio.contract.names import GATEWAY_NAMESPACE
from andamio.contract.views import Context
from andamio.kubernetes.flows import ApiServer, Component, Dns, Flow, FromPods, ToHost, ToPods

__all__ = ["SERVER_LABELS", "SERVER_PORT", "components", "git_host", "high_availability", "labels"]

SERVER_PORT = 8080
"""Where the server answers plain HTTP; TLS ends at the Gateway."""

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


def labels(component: str) -> dict[str, str]:
    """Labels of the pods of one of its components, such as `repo-server`."""
    return {"app.kubernetes.io/name": f"argocd-{component}"}


SERVER_LABELS = labels("server")


def git_host(url: str) -> tuple[str, int]:
    """Host and port of a git URL, in one of the forms `https://…`, `ssh://…` and `git@host:path`."""
    if "://" not in url:
        return url.partition("@")[2].partition(":")[0], 22
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (22 if parts.scheme == "ssh" else 443)


def high_availability(context: Context) -> bool:
    """Whether it runs with Redis in three and two of all that has no state: in production."""
    return context.environment.tier == "production"


def _redis(context: Context) -> tuple[Component, ...]:
    """The cache, which only Argo CD's own parts reach."""
    clients = tuple(
        FromPods(labels=labels(part), ports=(_REDIS_PORT,))
        for part in ("application-controller", "repo-server", "server")
    )
    if not high_availability(context):
        return (Component(name="argocd-redis", labels=labels("redis"), flows=clients),)
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


def components(context: Context) -> tuple[Component, ...]:
    """Its pods: each reaches what it needs, Redis is reached by its own parts only."""
    redis = ToPods(
        labels={"app": "redis-ha-haproxy"} if high_availability(context) else labels("redis"), ports=(_REDIS_PORT,)
    )
    sources = ToPods(labels=labels("repo-server"), ports=(_REPOSITORY_PORT,))
    host, port = git_host(context.shared.repository.url)
    issuer = urlsplit(context.shared.sso.issuer)
    repositories: list[Flow] = [ToHost(host=host, port=port)]
    repositories.extend(ToHost(host=name) for name in _CHART_HOSTS if (name, 443) != (host, port))
    return (
        Component(
            name="argocd-application-controller",
            labels=labels("application-controller"),
            flows=(Dns(), ApiServer(), redis, sources),
        ),
        Component(
            name="argocd-repo-server",
            labels=labels("repo-server"),
            flows=(
                Dns(),
                redis,
                *repositories,
                FromPods(labels=labels("application-controller"), ports=(_REPOSITORY_PORT,)),
                FromPods(labels=labels("server"), ports=(_REPOSITORY_PORT,)),
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
        Component(name="argocd-redis-secret-init", labels=labels("redis-secret-init"), flows=(Dns(), ApiServer())),
        *_redis(context),
    )
