"""Who may reach a service and whom it may reach: nobody and nothing, then exactly what is declared.

The kubelet's probes come from the node itself, which network policies never close, so none names them. Ports are
those of the pods: a Service's port is translated before a policy is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from andamio.contract.labels import Labels, selector_labels
from andamio.contract.names import GATEWAY_NAMESPACE
from andamio.contract.views import ServiceView
from andamio.kubernetes import waves
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.outside import outside_hosts, watches_dns
from andamio.kubernetes.route import GATEWAY

__all__ = ["NetworkPolicy", "deny_all", "dns", "network_policies", "pods_of", "stores"]

_GATEWAY_POD = {"gateway.networking.k8s.io/gateway-name": GATEWAY}
"""The label that Istio gives to the pods which it makes for a Gateway."""

_DNS_PEER = {
    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
}

Rule = dict[str, Any]


class NetworkPolicy(Manifest):
    """One NetworkPolicy. `pods` are the labels of those that it holds for (none: every pod of the namespace).

    Ingress and egress are lists of rules; a direction that is given closes what no rule of any policy opens.
    """

    def __init__(
        self,
        *,
        name: str,
        namespace: str,
        pods: Labels,
        ingress: Sequence[Rule] | None = None,
        egress: Sequence[Rule] | None = None,
    ) -> None:
        directions = {"Ingress": ingress, "Egress": egress}
        spec: dict[str, Any] = {
            "podSelector": {"matchLabels": dict(pods)} if pods else {},
            "policyTypes": [name for name, rules in directions.items() if rules is not None],
        }
        spec.update({name.lower(): list(rules) for name, rules in directions.items() if rules})
        super().__init__(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {
                    "name": name,
                    "namespace": namespace,
                    "annotations": waves.in_wave(waves.FOUNDATION),
                },
                "spec": spec,
            }
        )


def deny_all(namespace: str) -> NetworkPolicy:
    """Closes every pod of a namespace in both directions."""
    return NetworkPolicy(name="deny-all", namespace=namespace, pods={}, ingress=(), egress=())


def dns(namespace: str, *, name: str = "allow-dns", pods: Labels | None = None) -> NetworkPolicy:
    """Lets pods ask the cluster's name server. Default: every pod of the namespace."""
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    return NetworkPolicy(name=name, namespace=namespace, pods=pods or {}, egress=[{"to": [_DNS_PEER], "ports": ports}])


def pods_of(namespace: str, pods: Labels) -> Rule:
    """A peer: pods with these labels in a namespace."""
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "podSelector": {"matchLabels": dict(pods)},
    }


def tcp(*ports: int) -> list[Rule]:
    """TCP ports of a rule."""
    return [{"protocol": "TCP", "port": port} for port in ports]


def stores(*, name: str, namespace: str, pods: Labels, subnet: str, ports: Sequence[int]) -> NetworkPolicy:
    """Lets pods reach managed stores: any address of the environment's subnet, on the stores' ports only.

    OVHcloud may move a store to another address of the subnet at any time (its guide: use host names).
    """
    rule = {"to": [{"ipBlock": {"cidr": subnet}}], "ports": tcp(*ports)}
    return NetworkPolicy(name=name, namespace=namespace, pods=pods, egress=[rule])


def network_policies(view: ServiceView, *, migration: Labels) -> Iterator[Manifest]:
    """Every policy of a service's namespace. `migration` are the labels of its migration's pods."""
    service, namespace = view.service, view.service.name
    own = selector_labels(service.name)
    subnet = view.environment.network.nodes
    yield deny_all(namespace)
    if not watches_dns(view):
        yield dns(namespace)
    elif service.migration is not None:
        yield dns(namespace, name="allow-migration-dns", pods=migration)
    if service.http is not None and view.callers:
        rule = {
            "from": [pods_of(caller, selector_labels(caller)) for caller in view.callers],
            "ports": tcp(service.http.port),
        }
        yield NetworkPolicy(name="allow-callers", namespace=namespace, pods=own, ingress=[rule])
    if service.http is not None and service.routes:
        rule = {"from": [pods_of(GATEWAY_NAMESPACE, _GATEWAY_POD)], "ports": tcp(service.http.port)}
        yield NetworkPolicy(name="allow-gateway", namespace=namespace, pods=own, ingress=[rule])
    calls = [
        {"to": [pods_of(callee.name, selector_labels(callee.name))], "ports": tcp(callee.port)}
        for callee in view.callees
        if callee.port
    ]
    if calls:
        yield NetworkPolicy(name="allow-calls", namespace=namespace, pods=own, egress=calls)
    ports = sorted({port for _, found in view.store_ports for port in found})
    if ports:
        yield stores(name="allow-stores", namespace=namespace, pods=own, subnet=subnet, ports=ports)
    if service.migration is not None and view.database_cluster:
        database = dict(view.store_ports)[view.database_cluster]
        yield stores(name="allow-migration", namespace=namespace, pods=migration, subnet=subnet, ports=sorted(database))
    yield from outside_hosts(view)
