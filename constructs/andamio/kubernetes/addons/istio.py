"""Istio, as the implementation of the Gateway API: its custom resources and its control plane, no sidecars."""

from __future__ import annotations

from andamio.contract.names import GATEWAY_NAMESPACE
from andamio.contract.views import Context
from andamio.kubernetes.addons.addon import (
    SYSTEM_PRIORITY,
    Addon,
    HelmChart,
    Values,
    replicas,
    resources,
    spread,
    system_nodes,
)
from andamio.kubernetes.flows import ApiServer, Component, Dns, FromApiServer, FromPods

__all__ = ["BASE", "DISCOVERY_PORT", "GATEWAY_CLASS", "ISTIOD", "NAMESPACE", "base_values", "istiod_values"]

NAMESPACE = "istio-system"

GATEWAY_CLASS = "istio"
"""The GatewayClass whose Gateways istiod runs."""

DISCOVERY_PORT = 15012
"""Where proxies fetch their configuration and certificates from istiod, by mutual TLS."""

LABELS = {"app": "istiod"}

_WEBHOOK_PORT = 15017
_VERSION = "1.30.3"

_IGNORED = (
    {
        "group": "admissionregistration.k8s.io",
        "kind": "ValidatingWebhookConfiguration",
        # istiod turns the policy from Ignore to Fail once it serves (istio/istio#52785).
        "jqPathExpressions": [".webhooks[]?.failurePolicy"],
    },
)


def base_values(context: Context) -> Values:
    """Values of chart base: custom resources only; the reader account is for meshes of several clusters."""
    return {"global": {"istioNamespace": NAMESPACE, "enableReaderRBAC": False}, "defaultRevision": "default"}


def istiod_values(context: Context) -> Values:
    """Values of chart istiod.

    Its memory request is far below the chart's 2 GiB, which is meant for a mesh of thousands of proxies. The
    profile of seccomp is what keeps istiod, and the gateways that it starts, from Pod Security `restricted`.
    """
    runtime_default = {"type": "RuntimeDefault"}
    several = replicas(context) > 1
    return {
        "autoscaleEnabled": several,
        "autoscaleMin": replicas(context),
        "autoscaleMax": 4 if several else 1,
        "replicaCount": replicas(context),
        "resources": resources(cpu=100, memory=256, memory_limit=1024),
        "seccompProfile": runtime_default,
        "gateways": {"seccompProfile": runtime_default},
        "pdb": {"minAvailable": 1},
        "topologySpreadConstraints": spread(LABELS),
        "global": {
            "istioNamespace": NAMESPACE,
            "priorityClassName": SYSTEM_PRIORITY,
            "defaultPodDisruptionBudget": {"enabled": several},
            "logAsJson": True,
            "networkPolicy": {"enabled": False},
            "proxy": {"autoInject": "disabled", "seccompProfile": runtime_default},
        },
        "sidecarInjectorWebhook": {"enableNamespacesByDefault": False},
        "meshConfig": {"accessLogFile": "/dev/stdout", "accessLogEncoding": "JSON"},
        **system_nodes(context),
    }


def _components(context: Context) -> tuple[Component, ...]:
    return (
        Component(
            name="istiod",
            labels=LABELS,
            flows=(
                Dns(),
                ApiServer(),
                FromApiServer(port=_WEBHOOK_PORT),
                FromPods(namespace=GATEWAY_NAMESPACE, ports=(DISCOVERY_PORT,)),
            ),
        ),
    )


BASE = Addon(
    name="istio-base",
    source=HelmChart(name="base", version=_VERSION),
    namespace=NAMESPACE,
    values=base_values,
    crds=(
        "AuthorizationPolicy.security.istio.io",
        "DestinationRule.networking.istio.io",
        "EnvoyFilter.networking.istio.io",
        "Gateway.networking.istio.io",
        "PeerAuthentication.security.istio.io",
        "ProxyConfig.networking.istio.io",
        "RequestAuthentication.security.istio.io",
        "ServiceEntry.networking.istio.io",
        "Sidecar.networking.istio.io",
        "Telemetry.telemetry.istio.io",
        "TrafficExtension.extensions.istio.io",
        "VirtualService.networking.istio.io",
        "WasmPlugin.extensions.istio.io",
        "WorkloadEntry.networking.istio.io",
        "WorkloadGroup.networking.istio.io",
    ),
    ignore_differences=_IGNORED,
    prune=False,
)

ISTIOD = Addon(
    name="istiod",
    source=HelmChart(name="istiod", version=_VERSION),
    namespace=NAMESPACE,
    values=istiod_values,
    components=_components,
    provides=(f"GatewayClass/{GATEWAY_CLASS}",),
    needs=(
        "CustomResourceDefinition/Gateway.gateway.networking.k8s.io",
        "CustomResourceDefinition/VirtualService.networking.istio.io",
    ),
    ignore_differences=_IGNORED,
)
