"""cert-manager: certificates for the Gateway, and for the webhooks of other add-ons."""

from __future__ import annotations

from urllib.parse import urlsplit

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
from andamio.kubernetes.flows import ApiServer, Component, Dns, FromApiServer, ToHost

__all__ = ["ACME_SERVER", "ADDON", "NAMESPACE", "values"]

NAMESPACE = "cert-manager"

ACME_SERVER = "https://acme-v02.api.letsencrypt.org/directory"
"""Let's Encrypt. One wildcard certificate an environment stays far below its limits, so every environment uses it."""

_WEBHOOK_PORT = 10250


def _labels(component: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": component, "app.kubernetes.io/instance": "cert-manager"}


def _deployment(context: Context, component: str, *, cpu: int, memory: int) -> Values:
    return {
        "replicaCount": replicas(context),
        "resources": resources(cpu=cpu, memory=memory),
        "podDisruptionBudget": budget(context),
        "securityContext": dict(RESTRICTED_POD),
        "containerSecurityContext": dict(RESTRICTED_CONTAINER),
        "topologySpreadConstraints": spread(_labels(component)),
        "networkPolicy": {"enabled": False},
        **system_nodes(context),
    }


def values(context: Context) -> Values:
    """Values of chart cert-manager.

    The chart's start-up check stays on: it is a hook that ends when the webhook answers, so that the Application
    counts as synced only then. DNS-01 self-checks ask the cluster's DNS alone, which spares a hole in the egress
    policy to every name server of the world.
    """
    deployment = _deployment(context, "cert-manager", cpu=50, memory=128)
    check = system_nodes(context)
    return {
        "crds": {"enabled": True, "keep": True},
        "global": {"priorityClassName": SYSTEM_PRIORITY, "leaderElection": {"namespace": NAMESPACE}},
        **deployment,
        "dns01RecursiveNameserversOnly": True,
        "enableCertificateOwnerRef": False,
        "webhook": _deployment(context, "webhook", cpu=20, memory=64),
        "cainjector": _deployment(context, "cainjector", cpu=20, memory=128),
        "startupapicheck": {"enabled": True, "resources": resources(cpu=10, memory=64), **check},
        "prometheus": {"servicemonitor": {"enabled": False}},
    }


def _components(context: Context) -> tuple[Component, ...]:
    api = (Dns(), ApiServer())
    return (
        Component(
            name="cert-manager",
            labels=_labels("cert-manager"),
            flows=(*api, ToHost(host=urlsplit(ACME_SERVER).hostname or "")),
        ),
        Component(
            name="cert-manager-webhook", labels=_labels("webhook"), flows=(*api, FromApiServer(port=_WEBHOOK_PORT))
        ),
        Component(name="cert-manager-cainjector", labels=_labels("cainjector"), flows=api),
        Component(name="cert-manager-startupapicheck", labels=_labels("startupapicheck"), flows=api),
    )


ADDON = Addon(
    name="cert-manager",
    source=HelmChart(name="cert-manager", version="v1.21.1"),
    namespace=NAMESPACE,
    values=values,
    components=_components,
    crds=(
        "Certificate.cert-manager.io",
        "CertificateRequest.cert-manager.io",
        "Challenge.acme.cert-manager.io",
        "ClusterIssuer.cert-manager.io",
        "Issuer.cert-manager.io",
        "Order.acme.cert-manager.io",
    ),
)
