"""Keys that a chart's templates accept although neither its values nor its schema have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from andamio.knowledge.charts import Node


@dataclass(frozen=True, kw_only=True)
class Addition:
    """One key of a chart, by its dotted path."""

    path: str
    node: Node = True
    why: str


def _each(paths: tuple[str, ...], why: str) -> tuple[Addition, ...]:
    return tuple(Addition(path=path, why=why) for path in paths)


_COMMENTED: Final = "the default values show it only in a comment, the templates read it"
_KUBERNETES: Final = "handed to Kubernetes unchanged, so every key of the API is accepted"

_RELOADER_MONITOR: Final = ("namespace", "interval", "scheme", "tlsConfig", "timeout")

ADDITIONS: Final[dict[tuple[str, str], tuple[Addition, ...]]] = {
    ("argo-cd", "10.1.1"): (
        *_each(("dex.logFormat", "dex.logLevel", "notifications.logFormat", "notifications.logLevel"), _COMMENTED),
        *_each(
            tuple(f"notifications.metrics.serviceMonitor.{key}" for key in ("namespace", "interval", "scrapeTimeout")),
            _COMMENTED,
        ),
        Addition(path="configs.params.*", why="a free map of flags; the chart sets no defaults since 9.0"),
        Addition(
            path="redis-ha",
            why="the values of the chart redis-ha, a dependency whose own keys are not listed here",
        ),
    ),
    ("cert-manager", "v1.21.1"): (
        Addition(path="webhook.validatingWebhookConfiguration.namespaceSelector", why=_KUBERNETES),
    ),
    ("external-secrets", "2.9.0"): (
        *_each(
            (
                "podDisruptionBudget.maxUnavailable",
                "webhook.podDisruptionBudget.maxUnavailable",
                "certController.podDisruptionBudget.maxUnavailable",
            ),
            _COMMENTED,
        ),
        Addition(
            path="bitwarden-sdk-server",
            why="the values of a dependency whose own keys are not listed here",
        ),
    ),
    ("base", "1.30.3"): (
        Addition(path="profile", why="names a set of defaults that the chart merges below the user's values"),
        Addition(path="platform", why="names a set of defaults, as profile does"),
        Addition(path="compatibilityVersion", why="names a set of defaults, as profile does"),
        Addition(path="revision", why="shared with istiod's values, read by the chart's webhook"),
    ),
    ("istiod", "1.30.3"): (
        Addition(path="profile", why="names a set of defaults that the chart merges below the user's values"),
        Addition(path="platform", why="names a set of defaults, as profile does"),
        Addition(path="compatibilityVersion", why="names a set of defaults, as profile does"),
        Addition(path="pilot", why="the old place of the control plane's keys, still merged into the top"),
        Addition(path="meshConfig", why="the mesh configuration, handed to the control plane unchanged"),
        Addition(path="global.defaultPodDisruptionBudget.*", why=_COMMENTED),
        Addition(path="global.defaultResources", node="Resources", why=_KUBERNETES),
        Addition(path="global.multiCluster.*", why="newer clusters' settings are read with a default"),
        Addition(path="global.podDNSSearchNamespaces", why=_COMMENTED),
        Addition(path="global.proxy.holdApplicationUntilProxyStarts", why="read with a default by the injector"),
        Addition(path="global.proxy.lifecycle", why="read with a default by the injector"),
        Addition(path="global.proxy.readinessProbe", why="read with a default by the injector"),
        Addition(path="global.proxy_init.resources", node="Resources", why="read by the injector"),
        Addition(path="base.validationFailurePolicy", why=_COMMENTED),
        Addition(path="pdb.maxUnavailable", why=_COMMENTED),
        Addition(path="plugins", why="read with a default by the deployment"),
    ),
    ("reloader", "2.2.16"): (
        Addition(path="image.digest", why=_COMMENTED),
        *_each(
            ("reloader.podDisruptionBudget.minAvailable", "reloader.podDisruptionBudget.maxUnavailable"),
            _COMMENTED,
        ),
        *_each(tuple(f"reloader.service.{key}" for key in ("labels", "annotations", "port")), _COMMENTED),
        *_each(tuple(f"reloader.serviceMonitor.{key}" for key in (*_RELOADER_MONITOR, "bearerTokenFile")), _COMMENTED),
        *_each(tuple(f"reloader.podMonitor.{key}" for key in (*_RELOADER_MONITOR, "bearerTokenSecret")), _COMMENTED),
        *_each(
            (
                "reloader.verticalPodAutoscaler.recommenders",
                "reloader.verticalPodAutoscaler.controlledValues",
                "reloader.verticalPodAutoscaler.updatePolicy.minReplicas",
                "reloader.deployment.imagePullSecrets",
            ),
            _COMMENTED,
        ),
        *_each(("reloader.deployment.hostAliases", "reloader.deployment.priorityClassName"), _KUBERNETES),
    ),
}
"""Additions by chart name and version."""
