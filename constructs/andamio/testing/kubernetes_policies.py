"""NetworkPolicy as the Kubernetes API defines it."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from andamio.testing.parties import Network, Pod
from andamio.testing.peers import Block, Everyone, Peer, SelectedPods
from andamio.testing.policies import (
    DIRECTIONS,
    Direction,
    Policy,
    PortRule,
    Rule,
    UnsupportedPolicyError,
    only,
    protocols,
)
from andamio.testing.selectors import Selector

__all__ = ["kubernetes_policy"]

_PEERS: Mapping[Direction, str] = {"ingress": "from", "egress": "to"}


def kubernetes_policy(body: Mapping[str, Any], *, pods: Network | None) -> Policy:
    """The policy that a NetworkPolicy object describes."""
    metadata, spec = body["metadata"], body.get("spec") or {}
    namespace, name = str(metadata.get("namespace", "default")), str(metadata["name"])
    where = f"NetworkPolicy {namespace}/{name}"
    only(spec, ("podSelector", "policyTypes", "ingress", "egress"), where)
    selector = Selector.of(spec.get("podSelector"))

    def selects(pod: Pod) -> bool:
        return pod.namespace == namespace and not pod.host_network and selector.matches(pod.labels)

    isolates = _isolates(spec, where)
    return Policy(
        kind="NetworkPolicy",
        namespace=namespace,
        name=name,
        selects=selects,
        selector=selector,
        isolates=isolates,
        allows={
            direction: tuple(_rule(rule, direction, namespace, where, pods) for rule in spec.get(direction) or ())
            for direction in DIRECTIONS
            if direction in isolates
        },
    )


def _isolates(spec: Mapping[str, Any], where: str) -> frozenset[Direction]:
    """Directions of `policyTypes`. Without them: ingress, and egress where the policy has egress rules."""
    types = spec.get("policyTypes")
    if not types:
        return frozenset(DIRECTIONS if spec.get("egress") else ("ingress",))
    unknown = sorted(set(types) - {"Ingress", "Egress"})
    if unknown:
        raise UnsupportedPolicyError(f"{where} has policyTypes {', '.join(unknown)}")
    return frozenset(direction for direction in DIRECTIONS if direction.capitalize() in types)


def _rule(body: Mapping[str, Any], direction: Direction, own: str, where: str, pods: Network | None) -> Rule:
    key = _PEERS[direction]
    only(body, (key, "ports"), where)
    # Missing and empty lists both mean everybody and every port.
    peers: tuple[Peer, ...] = tuple(_peer(peer, own, where, pods) for peer in body.get(key) or ()) or (Everyone(),)
    ports = tuple(_port(port, where) for port in body.get("ports") or ())
    return Rule(peers=peers, ports=ports or None)


def _peer(body: Mapping[str, Any], own: str, where: str, pods: Network | None) -> Peer:
    only(body, ("ipBlock", "podSelector", "namespaceSelector"), where)
    if "ipBlock" in body:
        if len(body) > 1:
            raise UnsupportedPolicyError(f"{where} has an ipBlock beside a selector, which the API server refuses")
        block = body["ipBlock"]
        excepted = tuple(ip_network(network) for network in block.get("except") or ())
        return Block(ip_network(block["cidr"]), excepted, pods)
    if not body:
        raise UnsupportedPolicyError(f"{where} has an empty peer, which the API server refuses")
    namespaces = Selector.of(body["namespaceSelector"]) if body.get("namespaceSelector") is not None else None
    return SelectedPods(Selector.of(body.get("podSelector")), namespaces, own)


def _port(body: Mapping[str, Any], where: str) -> PortRule:
    only(body, ("port", "endPort", "protocol"), where)
    port = body.get("port", 0)
    if "endPort" in body and (not isinstance(port, int) or port == 0 or body["endPort"] < port):
        raise UnsupportedPolicyError(f"{where} has an endPort without a lower port number")
    return PortRule(
        port=port, last=body.get("endPort"), protocols=protocols(body.get("protocol"), where, default="TCP")
    )
