"""CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, as far as they speak of layers 3 and 4 and of DNS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from andamio.testing.parties import ENTITIES
from andamio.testing.peers import Block, Endpoints, EntityPeer, Everyone, Names, Peer
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

__all__ = ["cilium_policies"]

_ENTITIES = frozenset({*ENTITIES, "all", "cluster", "none", "world-ipv4", "world-ipv6"})


def cilium_policies(body: Mapping[str, Any]) -> Iterator[Policy]:
    """The policies that an object describes: one for `spec`, one for each of `specs`.

    One that selects nodes isolates no pod and is left out.
    """
    for spec in (*([body["spec"]] if "spec" in body else ()), *(body.get("specs") or ())):
        if "nodeSelector" not in spec:
            yield _policy(body, spec)


def _policy(body: Mapping[str, Any], spec: Mapping[str, Any]) -> Policy:
    kind, metadata = str(body["kind"]), body["metadata"]
    name = str(metadata["name"])
    namespace = str(metadata.get("namespace", "default")) if kind == "CiliumNetworkPolicy" else ""
    where = f"{kind} {namespace}/{name}"
    denies = tuple(f"{direction}Deny" for direction in DIRECTIONS)
    only(spec, ("endpointSelector", "description", "labels", "enableDefaultDeny", *DIRECTIONS, *denies), where)
    if "endpointSelector" not in spec:
        raise UnsupportedPolicyError(f"{where} selects nothing, which Cilium refuses")
    endpoints = Endpoints.subject(spec["endpointSelector"], namespace=namespace)

    isolates: set[Direction] = set()
    for direction in DIRECTIONS:
        written = bool(spec.get(direction) or spec.get(f"{direction}Deny"))
        if (spec.get("enableDefaultDeny") or {}).get(direction, written):
            isolates.add(direction)
    return Policy(
        kind=kind,
        namespace=namespace,
        name=name,
        selects=endpoints.matches,
        selector=Selector.of(spec["endpointSelector"]),
        isolates=frozenset(isolates),
        allows={direction: _rules(spec.get(direction), direction, namespace, where) for direction in DIRECTIONS},
        denies={
            direction: _rules(spec.get(f"{direction}Deny"), direction, namespace, where) for direction in DIRECTIONS
        },
    )


def _rules(bodies: Any, direction: Direction, namespace: str, where: str) -> tuple[Rule, ...]:
    return tuple(rule for body in bodies or () for rule in _rule(body, direction, namespace, where))


def _rule(body: Mapping[str, Any], direction: Direction, namespace: str, where: str) -> Iterator[Rule]:
    """A rule for each entry of `toPorts`, as each has its own layer 7 part.

    Without any peer field a rule with ports means everybody; a rule without both lets nobody through. A peer field
    that is given but empty means nobody.
    """
    side = "from" if direction == "ingress" else "to"
    fields = [f"{side}{field}" for field in ("Endpoints", "Entities", "CIDR", "CIDRSet")]
    if direction == "egress":
        fields.append("toFQDNs")
    only(body, (*fields, "toPorts"), where)
    given = [field for field in fields if field in body]
    ports = body.get("toPorts") or ()
    if any(not body[field] for field in given) or not (given or ports):
        return
    peers = tuple(_peers(body, side, namespace, where)) if given else (Everyone(),)
    if not ports:
        yield Rule(peers=peers)
    for entry in ports:
        # What else layer 7 rules and TLS settings narrow does not change whether a connection is let through.
        only(entry, ("ports", "rules", "terminatingTLS", "originatingTLS", "listener"), where)
        dns = (entry.get("rules") or {}).get("dns")
        numbers = tuple(_port(port, where) for port in entry.get("ports") or ())
        yield Rule(
            peers=peers,
            ports=numbers or None,
            lookups=tuple(_names(name) for name in dns) if dns else None,
        )


def _peers(body: Mapping[str, Any], side: str, namespace: str, where: str) -> Iterator[Peer]:
    for selector in body.get(f"{side}Endpoints") or ():
        yield Endpoints.of(selector, namespace=namespace)
    for entity in body.get(f"{side}Entities") or ():
        if entity not in _ENTITIES:
            raise UnsupportedPolicyError(f"{where} has an entity {entity}")
        yield EntityPeer(entity)
    for cidr in body.get(f"{side}CIDR") or ():
        yield Block(ip_network(cidr))
    for block in body.get(f"{side}CIDRSet") or ():
        only(block, ("cidr", "except"), where)
        yield Block(ip_network(block["cidr"]), tuple(ip_network(network) for network in block.get("except") or ()))
    for name in body.get("toFQDNs") or ():
        yield _names(name)


def _names(body: Mapping[str, str]) -> Names:
    return Names(body.get("matchName") or body["matchPattern"])


def _port(body: Mapping[str, Any], where: str) -> PortRule:
    only(body, ("port", "endPort", "protocol"), where)
    port = str(body.get("port", "0"))
    return PortRule(
        port=int(port) if port.isdigit() else port,
        last=body.get("endPort"),
        protocols=protocols(body.get("protocol"), where, default="ANY"),
    )
