"""Reloader: restarts the pods of a service when one of its Secrets changes."""

from __future__ import annotations

from andamio.contract.views import Context
from andamio.kubernetes.addons.addon import (
    RESTRICTED_CONTAINER,
    RESTRICTED_POD,
    SYSTEM_PRIORITY,
    Addon,
    HelmChart,
    Values,
    budget,
    replicas,
    resources,
    spread,
    system_nodes,
)
from andamio.kubernetes.flows import ApiServer, Component, Dns

__all__ = ["ADDON", "NAMESPACE", "WATCHED", "values"]

NAMESPACE = "reloader"

WATCHED = "andamio.dev/service=true"
"""Label of the namespaces that it looks at: the services' own."""


def values(context: Context) -> Values:
    """Values of chart reloader.

    It marks a restart by an annotation of the pod template: the chart's default, an environment variable, would
    be a difference that Argo CD takes back. It looks at the services' namespaces alone.
    """
    several = replicas(context) > 1
    return {
        "fullnameOverride": NAMESPACE,
        "reloader": {
            "reloadStrategy": "annotations",
            "namespaceSelector": WATCHED,
            "ignoreConfigMaps": True,
            "logFormat": "json",
            "enableHA": several,
            "readOnlyRootFileSystem": True,
            "deployment": {
                "replicas": replicas(context),
                "resources": resources(cpu=20, memory=128),
                "priorityClassName": SYSTEM_PRIORITY,
                "securityContext": {**RESTRICTED_POD, "runAsUser": 65534},
                "containerSecurityContext": dict(RESTRICTED_CONTAINER),
                "topologySpreadConstraints": spread({"app": NAMESPACE}),
                **system_nodes(context),
            },
            "podDisruptionBudget": budget(context),
            "netpol": {"enabled": False},
        },
    }


def _components(context: Context) -> tuple[Component, ...]:
    return (Component(name="reloader", labels={}, flows=(Dns(), ApiServer())),)


ADDON = Addon(
    name="reloader",
    source=HelmChart(name="reloader", version="2.2.16"),
    namespace=NAMESPACE,
    values=values,
    components=_components,
)
