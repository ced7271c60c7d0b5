"""External Secrets: turns entries of the key store into Secrets."""

from __future__ import annotations

from andamio.contract.views import Context
from andamio.kubernetes.addons.addon import (
    RESTRICTED_CONTAINER,
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
from andamio.kubernetes.flows import ApiServer, Component, Dns, FromApiServer, ToHost

__all__ = ["ADDON", "NAMESPACE", "values"]

NAMESPACE = "external-secrets"
_WEBHOOK_PORT = 10250


def _labels(component: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": component}


def _deployment(context: Context, component: str, *, cpu: int, memory: int) -> Values:
    return {
        "replicaCount": replicas(context),
        "resources": resources(cpu=cpu, memory=memory),
        "podDisruptionBudget": budget(context),
        "priorityClassName": SYSTEM_PRIORITY,
        "securityContext": {**RESTRICTED_CONTAINER, "enabled": True, "runAsUser": 1000},
        "topologySpreadConstraints": spread(_labels(component)),
        "networkPolicy": {"enabled": False},
        **system_nodes(context),
    }


def values(context: Context) -> Values:
    """Values of chart external-secrets.

    Reading ExternalSecrets and stores is not added to Kubernetes' own roles `view`, `edit` and `admin`: who may
    write an ExternalSecret may read what lies in the key store.
    """
    return {
        "installCRDs": True,
        "crds": {"annotations": {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}},
        **_deployment(context, "external-secrets", cpu=50, memory=128),
        # Two replicas without a leader would both write (the chart's default is no election).
        "leaderElect": True,
        "concurrent": 5,
        "processClusterExternalSecret": False,
        "processClusterPushSecret": False,
        "processPushSecret": False,
        "rbac": {"aggregateToView": False, "aggregateToEdit": False, "aggregateToAdmin": False},
        "webhook": {
            **_deployment(context, "external-secrets-webhook", cpu=20, memory=64),
            "port": _WEBHOOK_PORT,
            "failurePolicy": "Fail",
        },
        # One at a time by design: it renews the webhook's certificate.
        "certController": {
            **_deployment(context, "external-secrets-cert-controller", cpu=20, memory=96),
            "replicaCount": 1,
            "podDisruptionBudget": {"enabled": False},
        },
    }


def _components(context: Context) -> tuple[Component, ...]:
    api = (Dns(), ApiServer())
    return (
        Component(
            name="external-secrets",
            labels=_labels("external-secrets"),
            flows=(*api, ToHost(host=context.outputs.key_store_host)),
        ),
        Component(
            name="external-secrets-webhook",
            labels=_labels("external-secrets-webhook"),
            flows=(*api, FromApiServer(port=_WEBHOOK_PORT)),
        ),
        Component(
            name="external-secrets-cert-controller", labels=_labels("external-secrets-cert-controller"), flows=api
        ),
    )


ADDON = Addon(
    name="external-secrets",
    source=HelmChart(name="external-secrets", version="2.9.0"),
    namespace=NAMESPACE,
    values=values,
    components=_components,
    crds=(
        "ClusterExternalSecret.external-secrets.io",
        "ClusterPushSecret.external-secrets.io",
        "ClusterSecretStore.external-secrets.io",
        "ExternalSecret.external-secrets.io",
        "PushSecret.external-secrets.io",
        "SecretStore.external-secrets.io",
    ),
)
