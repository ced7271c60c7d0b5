"""Network flows of the platform's own components, and the policies that admit exactly these.

Each component says whom it talks to; `policies` turns that into a deny-all of its namespace, one NetworkPolicy a
component for what selectors can name, and for the rest, on the standard plan, one CiliumNetworkPolicy (the API
server is an entity there, outside hosts are names). The free plan has neither: there the same flows become address
ranges, which are wider, and say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from andamio.kubernetes import waves
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.network_policy import NetworkPolicy
from andamio.model import Environment

__all__ = [
    "CLOSED_LAST",
    "DNS_LABELS",
    "ApiServer",
    "Component",
    "Dns",
    "Flow",
    "FromApiServer",
    "FromPods",
    "FromWorld",
    "ToHost",
    "ToPods",
    "policies",
]

Protocol: TypeAlias = Literal["TCP", "UDP"]

DNS_LABELS: Mapping[str, str] = {"k8s-app": "kube-dns"}
"""Labels of the cluster's DNS in `kube-system`."""

_ENTITIES_FIRST = waves.FOUNDATION - 1
"""Wave of what lets a pod reach the API server. The first policy that selects a pod closes it for everything else, and
Argo CD applies its own policies through the API server: a plain NetworkPolicy first would cut it off for good."""

CLOSED_LAST = waves.FOUNDATION + 1
"""Wave in which Argo CD's own namespace is closed, when all that it needs is open."""

_API_ENTITIES = ["host", "kube-apiserver", "remote-node"]
"""Cilium entities as which a managed control plane may appear to a pod: itself, or through a node's tunnel."""

_WORLD_ENTITIES = ["host", "remote-node", "world"]
"""What a load balancer's traffic looks like: the client, or the node that received it."""

_ANYWHERE = "0.0.0.0/0"
_PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
"""Ranges that no outside host has (RFC 1918)."""


@dataclass(frozen=True, kw_only=True)
class Dns:
    """Asks the cluster's DNS for names."""


@dataclass(frozen=True, kw_only=True)
class ApiServer:
    """Calls the Kubernetes API."""


@dataclass(frozen=True, kw_only=True)
class FromApiServer:
    """Is called by the API server: an admission webhook, or an aggregated API. No pod selector matches it."""

    port: int
    """The container's port."""


@dataclass(frozen=True, kw_only=True)
class FromWorld:
    """Is reached from outside the cluster, through a load balancer."""

    ports: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ToHost:
    """Calls a host outside the cluster."""

    host: str
    """Its name; a first label `*` stands for any."""

    port: int = 443
    """Default: 443."""

    protocol: Protocol = "TCP"
    """Default: TCP."""


@dataclass(frozen=True, kw_only=True)
class ToPods:
    """Calls pods of the cluster."""

    ports: tuple[int, ...] = ()
    """TCP ports. Default: every one."""

    namespace: str = ""
    """Their namespace. Default: the component's own."""

    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of their namespaces, where there are many. Default: `namespace` decides."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Their labels. Default: all pods."""


@dataclass(frozen=True, kw_only=True)
class FromPods(ToPods):
    """Is called by pods of the cluster, on `ports` of its own."""


Flow: TypeAlias = Dns | ApiServer | FromApiServer | FromWorld | ToHost | ToPods | FromPods


@dataclass(frozen=True, kw_only=True)
class Component:
    """Pods of one kind and all they may do on the network."""

    name: str
    """Name of its policies."""

    labels: Mapping[str, str]
    """Labels that select its pods; empty for every pod of the namespace."""

    flows: tuple[Flow, ...]


def policies(*, namespace: str, components: Iterable[Component], environment: Environment) -> tuple[Manifest, ...]:
    """The policies of the components of one namespace; closing it is `network_policy.deny_all`'s.

    Raises `ValueError` for two components of one name.
    """
    made: list[Manifest] = []
    seen: set[str] = set()
    standard = environment.cluster.plan == "standard"
    for component in sorted(components, key=lambda component: component.name):
        if component.name in seen:
            raise ValueError(f"two components of namespace {namespace} are called {component.name}")
        seen.add(component.name)
        rules = _rules(component, environment, standard=standard)
        if rules:
            made.append(
                NetworkPolicy(
                    name=component.name,
                    namespace=namespace,
                    pods=dict(component.labels),
                    ingress=rules.get("ingress"),
                    egress=rules.get("egress"),
                )
            )
        if standard:
            entities = _cilium_rules(component)
            if entities:
                made.append(_cilium_policy(namespace, component, entities))
    return tuple(made)


def _cilium_policy(namespace: str, component: Component, rules: Mapping[str, list[Any]]) -> Manifest:
    return Manifest(
        {
            "apiVersion": "cilium.io/v2",
            "kind": "CiliumNetworkPolicy",
            "metadata": {
                "name": component.name,
                "namespace": namespace,
                "annotations": waves.in_wave(_ENTITIES_FIRST),
            },
            "spec": {"endpointSelector": _selector(component.labels), **rules},
        }
    )


def _selector(labels: Mapping[str, str]) -> dict[str, Any]:
    return {"matchLabels": dict(labels)} if labels else {}


def _rules(component: Component, environment: Environment, *, standard: bool) -> dict[str, list[Any]]:
    """Rules of the NetworkPolicy: flows between pods, and on the free plan all others as ranges."""
    ingress: list[Any] = []
    egress: list[Any] = []
    for flow in component.flows:
        match flow:
            case FromPods():
                ingress.append({"from": [_peer(flow)], **_ports(flow.ports)})
            case ToPods():
                egress.append({"to": [_peer(flow)], **_ports(flow.ports)})
            case _ if standard:
                continue
            case FromApiServer():
                ingress.append({"from": [_block(_ANYWHERE)], **_ports((flow.port,))})
            case FromWorld():
                ingress.append({"from": [_block(_ANYWHERE)], **_ports(flow.ports)})
            case Dns():
                peer = {
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                    "podSelector": {"matchLabels": dict(DNS_LABELS)},
                }
                ports = [{"port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")]
                egress.append({"to": [peer], "ports": ports})
            case ApiServer():
                # The control plane lies outside the cluster's own ranges, at an address that OVHcloud chooses.
                outside = [_block(_ANYWHERE), _block(environment.network.services)]
                egress.append({"to": outside, **_ports((443, 6443))})
            case ToHost():
                egress.append(
                    {
                        "to": [{"ipBlock": {"cidr": _ANYWHERE, "except": _PRIVATE}}],
                        "ports": [{"port": flow.port, "protocol": flow.protocol}],
                    }
                )
    rules = {"ingress": _unique(ingress), "egress": _unique(egress)}
    return {direction: found for direction, found in rules.items() if found}


def _cilium_rules(component: Component) -> dict[str, list[Any]]:
    """Rules of the CiliumNetworkPolicy: DNS, the API server in both directions, outside hosts, the world."""
    ingress: list[Any] = []
    egress: list[Any] = []
    for flow in component.flows:
        match flow:
            case Dns():
                # The rule on names makes Cilium watch the answers: `toFQDNs` knows addresses from nowhere else.
                endpoint = {"matchLabels": {"k8s:io.kubernetes.pod.namespace": "kube-system", **DNS_LABELS}}
                ports = {"ports": [{"port": "53", "protocol": "ANY"}], "rules": {"dns": [{"matchPattern": "*"}]}}
                egress.append({"toEndpoints": [endpoint], "toPorts": [ports]})
            case ApiServer():
                egress.append({"toEntities": ["kube-apiserver"]})
            case ToHost():
                key = "matchPattern" if "*" in flow.host else "matchName"
                egress.append(
                    {"toFQDNs": [{key: flow.host}], **_cilium_ports((flow.port,), flow.protocol)},
                )
            case FromApiServer():
                ingress.append({"fromEntities": _API_ENTITIES, **_cilium_ports((flow.port,))})
            case FromWorld():
                ingress.append({"fromEntities": _WORLD_ENTITIES, **_cilium_ports(flow.ports)})
    rules = {"ingress": _unique(ingress), "egress": _unique(egress)}
    return {direction: found for direction, found in rules.items() if found}


def _peer(flow: ToPods) -> dict[str, Any]:
    peer: dict[str, Any] = {}
    if flow.namespace_labels:
        peer["namespaceSelector"] = {"matchLabels": dict(flow.namespace_labels)}
    elif flow.namespace:
        peer["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": flow.namespace}}
    if flow.labels or not peer:
        peer["podSelector"] = _selector(flow.labels)
    return peer


def _block(cidr: str) -> dict[str, Any]:
    return {"ipBlock": {"cidr": cidr}}


def _ports(ports: tuple[int, ...]) -> dict[str, Any]:
    return {"ports": [{"port": port, "protocol": "TCP"} for port in ports]} if ports else {}


def _cilium_ports(ports: tuple[int, ...], protocol: Protocol = "TCP") -> dict[str, Any]:
    return {"toPorts": [{"ports": [{"port": str(port), "protocol": protocol} for port in ports]}]}


def _unique(rules: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for rule in rules:
        if rule not in kept:
            kept.append(rule)
    return kept
