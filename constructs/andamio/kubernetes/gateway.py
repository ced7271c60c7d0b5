"""The environment's Gateway: one load balancer, TLS for the domain and all hosts under it, plain HTTP redirected."""

from __future__ import annotations

import json
from typing import Any

from andamio.contract.names import GATEWAY_NAMESPACE
from andamio.contract.views import Context
from andamio.kubernetes import waves
from andamio.kubernetes.addons import argo_cd, argo_cd_flows, istio
from andamio.kubernetes.addons.addon import SYSTEM_PRIORITY, replicas, resources, spread, system_nodes
from andamio.kubernetes.certificates import ISSUER
from andamio.kubernetes.flows import Component, Dns, FromWorld, ToPods, policies
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.namespace import SERVICE_NAMESPACE
from andamio.kubernetes.route import GATEWAY, GATEWAY_LISTENER

__all__ = ["CERTIFICATE", "GATEWAY_PODS", "gateway_manifests"]

CERTIFICATE = "gateway-certificate"
"""The Certificate and the Secret that it fills."""

GATEWAY_PODS = {"gateway.networking.k8s.io/gateway-name": GATEWAY}
"""Labels of the pods that istiod starts for the Gateway."""

_OPTIONS = "gateway-options"
_REDIRECT_LISTENER = "http"
_ARGO_CD_LISTENER = "https-argocd"
_API = "gateway.networking.k8s.io/v1"

_FLAVOR = {"development": "small", "staging": "small", "production": "medium"}
"""Size of the load balancer by tier. It cannot be changed in place (OVHcloud): another one gets another address."""


def gateway_manifests(context: Context) -> tuple[Manifest, ...]:
    """Gateway, certificate, redirect, the route to Argo CD, settings of the gateway's pods, their policies."""
    return (
        _gateway(context),
        _certificate(context),
        _options(context),
        _redirect(),
        _argo_cd_route(context),
        *policies(namespace=GATEWAY_NAMESPACE, components=(_component(),), environment=context.environment),
    )


def _gateway(context: Context) -> Manifest:
    """Listeners for plain HTTP (redirect only), for services' hosts, and one for Argo CD that services cannot take.

    The load balancer tells the client's address by the PROXY protocol, since it hands on bytes and no headers; both
    sides have to be told. Deleting the Gateway gives its address back, so Argo CD never does.
    """
    tls = {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": CERTIFICATE}]}
    argo_cd_namespace = {"matchLabels": {"kubernetes.io/metadata.name": argo_cd.NAMESPACE}}
    return Manifest(
        {
            "apiVersion": _API,
            "kind": "Gateway",
            "metadata": {"name": GATEWAY, "namespace": GATEWAY_NAMESPACE, "annotations": dict(waves.KEEP)},
            "spec": {
                "gatewayClassName": istio.GATEWAY_CLASS,
                "infrastructure": {
                    "annotations": {
                        "loadbalancer.openstack.org/keep-floatingip": "true",
                        "loadbalancer.openstack.org/proxy-protocol": "true",
                        "loadbalancer.ovhcloud.com/flavor": _FLAVOR[context.environment.tier],
                        "proxy.istio.io/config": json.dumps({"gatewayTopology": {"proxyProtocol": {}}}),
                    },
                    "parametersRef": {"group": "", "kind": "ConfigMap", "name": _OPTIONS},
                },
                "listeners": [
                    {
                        "name": _REDIRECT_LISTENER,
                        "port": 80,
                        "protocol": "HTTP",
                        "allowedRoutes": {"namespaces": {"from": "Same"}},
                    },
                    {
                        "name": GATEWAY_LISTENER,
                        "port": 443,
                        "protocol": "HTTPS",
                        "tls": tls,
                        "allowedRoutes": {
                            "namespaces": {"from": "Selector", "selector": {"matchLabels": dict(SERVICE_NAMESPACE)}}
                        },
                    },
                    {
                        "name": _ARGO_CD_LISTENER,
                        "hostname": argo_cd.host_name(context),
                        "port": 443,
                        "protocol": "HTTPS",
                        "tls": tls,
                        "allowedRoutes": {"namespaces": {"from": "Selector", "selector": argo_cd_namespace}},
                    },
                ],
            },
        }
    )


def _certificate(context: Context) -> Manifest:
    """One certificate for the domain and every host directly under it, with a new key at each renewal."""
    domain = context.environment.domain.name
    return Manifest(
        {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": {"name": CERTIFICATE, "namespace": GATEWAY_NAMESPACE},
            "spec": {
                "secretName": CERTIFICATE,
                "dnsNames": [domain, f"*.{domain}"],
                "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": ISSUER},
                "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
            },
        }
    )


def _redirect() -> Manifest:
    redirect = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
    return Manifest(
        {
            "apiVersion": _API,
            "kind": "HTTPRoute",
            "metadata": {"name": "redirect-to-https", "namespace": GATEWAY_NAMESPACE},
            "spec": {
                "parentRefs": [_parent(_REDIRECT_LISTENER)],
                "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "filters": [redirect]}],
            },
        }
    )


def _argo_cd_route(context: Context) -> Manifest:
    """The way to Argo CD, here and not in its chart: at Terraform's first install there is no Gateway API yet."""
    backend = {"group": "", "kind": "Service", "name": f"{argo_cd.NAMESPACE}-server", "port": 80, "weight": 1}
    return Manifest(
        {
            "apiVersion": _API,
            "kind": "HTTPRoute",
            "metadata": {"name": "argocd", "namespace": argo_cd.NAMESPACE},
            "spec": {
                "parentRefs": [_parent(_ARGO_CD_LISTENER)],
                "hostnames": [argo_cd.host_name(context)],
                "rules": [{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "backendRefs": [backend]}],
            },
        }
    )


def _parent(listener: str) -> dict[str, Any]:
    return {
        "group": "gateway.networking.k8s.io",
        "kind": "Gateway",
        "name": GATEWAY,
        "namespace": GATEWAY_NAMESPACE,
        "sectionName": listener,
    }


def _options(context: Context) -> Manifest:
    """What istiod lays over the objects that it makes for the Gateway: replicas, budget, resources, nodes.

    The keys are Istio's (its task on the Gateway API, automated deployment); each holds a part of an object.
    """
    least = replicas(context)
    deployment = {
        "spec": {
            "template": {
                "spec": {
                    "priorityClassName": SYSTEM_PRIORITY,
                    "terminationGracePeriodSeconds": 60,
                    "topologySpreadConstraints": spread(GATEWAY_PODS),
                    "containers": [{"name": "istio-proxy", "resources": resources(cpu=100, memory=128)}],
                    **system_nodes(context),
                }
            }
        }
    }
    utilization = {"type": "Utilization", "averageUtilization": 70}
    autoscaler = {
        "spec": {
            "minReplicas": least,
            "maxReplicas": least * 3,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": utilization}}],
        }
    }
    data = {"deployment": deployment, "horizontalPodAutoscaler": autoscaler}
    if least > 1:
        data["podDisruptionBudget"] = {"spec": {"minAvailable": 1}}
    return Manifest(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": _OPTIONS,
                "namespace": GATEWAY_NAMESPACE,
                "annotations": waves.in_wave(waves.FOUNDATION),
            },
            "data": {key: json.dumps(value, indent=2) + "\n" for key, value in data.items()},
        }
    )


def _component() -> Component:
    """The gateway's pods: reached by the world, calling services, Argo CD and istiod."""
    return Component(
        name="gateway",
        labels=GATEWAY_PODS,
        flows=(
            Dns(),
            FromWorld(ports=(80, 443)),
            ToPods(namespace=istio.NAMESPACE, labels=istio.LABELS, ports=(istio.DISCOVERY_PORT,)),
            ToPods(namespace=argo_cd.NAMESPACE, labels=argo_cd_flows.SERVER_LABELS, ports=(argo_cd_flows.SERVER_PORT,)),
            ToPods(namespace_labels=SERVICE_NAMESPACE),
        ),
    )
