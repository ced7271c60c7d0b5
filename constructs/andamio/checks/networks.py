"""Networks: ranges that are valid, private, large enough and apart."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network

from andamio.checks.finding import Finding, Severity
from andamio.checks.places import at_environment, at_service, production
from andamio.checks.rule import rule
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.clusters import RESERVED_RANGES
from andamio.knowledge.ovh.databases import database_plan
from andamio.model import Environment

_PRIVATE = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
"""Ranges for private networks (RFC 1918)."""

_KEPT_ADDRESSES = 32
"""Addresses of a subnet that are not for nodes: the network's own two, gateway, DHCP servers, load balancers. An
estimate."""


def _range(text: str) -> IPv4Network | None:
    try:
        found = ip_network(text)
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None


def _ranges(environment: Environment) -> Iterator[tuple[str, IPv4Network]]:
    """The valid ranges of an environment by field."""
    network = environment.network
    for name, text in (("nodes", network.nodes), ("pods", network.pods), ("services", network.services)):
        found = _range(text)
        if found is not None:
            yield f"network.{name}", found


@rule("AND070", severity=Severity.ERROR, title="A range is one", acceptable=False)
def ranges_are_valid(platform: Platform) -> Iterator[Finding]:
    """A range is written as its first address and the length of its prefix: `10.10.0.0/20`.

    `10.10.1.0/20` begins in the middle of one, and OVHcloud or Kubernetes refuse it, each in its own way.
    """
    for environment in platform.environments:
        network, cluster = environment.network, environment.cluster
        texts = [
            ("network.nodes", network.nodes),
            ("network.pods", network.pods),
            ("network.services", network.services),
        ]
        texts += [(f"cluster.api_allow[{i}]", text) for i, text in enumerate(cluster.api_allow)]
        for field, text in texts:
            if _range(text) is None:
                means, fix = _why_invalid(text)
                yield at_environment(platform, environment, field, value=text, means=means, fix=fix)
    for view in platform.views.values():
        for service in view.services:
            for index, egress in enumerate(service.egress):
                for place, text in enumerate(egress.addresses):
                    if _range(text) is None:
                        means, fix = _why_invalid(text)
                        field = f"egress[{index}].addresses[{place}]"
                        yield at_service(
                            platform, service, field, environment=view.environment, value=text, means=means, fix=fix
                        )


def _why_invalid(text: str) -> tuple[str, str]:
    try:
        whole = ip_network(text, strict=False)
    except ValueError:
        return "is no IPv4 range", 'Write it like "10.10.0.0/20"'
    return "begins in the middle of a range", f'Write "{whole}", which holds that address'


@rule("AND071", severity=Severity.ERROR, title="Ranges of an environment lie apart", acceptable=False)
def ranges_lie_apart(platform: Platform) -> Iterator[Finding]:
    """An address that is a node's and a pod's leads to one of the two only.

    Nodes, pods and Services need ranges that overlap neither each other nor what every node uses itself: 172.17.0.0/16
    (managed Kubernetes guide "Known limits").
    """
    for environment in platform.environments:
        ranges = list(_ranges(environment))
        for index, (field, found) in enumerate(ranges):
            others = [(other, name) for name, other in ranges[:index]]
            for other, what in (*others, *RESERVED_RANGES):
                if found.overlaps(other):
                    yield at_environment(
                        platform,
                        environment,
                        field,
                        value=str(found),
                        means=f"overlaps {other}, the range of {what}",
                        fix="Choose a range that overlaps no other",
                    )


@rule("AND072", severity=Severity.ERROR, title="Environments in one VLAN have ranges of their own")
def vlans_do_not_collide(platform: Platform) -> Iterator[Finding]:
    """Projects may share a private network (vRack).

    Two environments with the same VLAN in it are one network: when their node ranges overlap, two machines get one
    address.
    """
    yield from _overlaps(
        platform, same_vlan=True, means="has the same VLAN, and its range overlaps", fix="Give each a VLAN of its own"
    )


@rule("AND073", severity=Severity.WARNING, title="Environments can be joined")
def environments_can_be_joined(platform: Platform) -> Iterator[Finding]:
    """Ranges that overlap can never be routed to each other.

    Node ranges that overlap can never be routed to each other: no common monitoring, no copy of data from one to the
    other over private addresses, no VPN to both. Ranges cannot be changed later without a new cluster.
    """
    yield from _overlaps(
        platform,
        same_vlan=False,
        means="overlaps it, so that the two can never be joined",
        fix="Choose ranges that lie apart; later it takes a new cluster",
    )


def _overlaps(platform: Platform, *, same_vlan: bool, means: str, fix: str) -> Iterator[Finding]:
    ranges = [(e, found) for e in platform.environments if (found := _range(e.network.nodes)) is not None]
    for index, (environment, found) in enumerate(ranges):
        for other, before in ranges[:index]:
            together = environment.network.vlan == other.network.vlan
            if together == same_vlan and found.overlaps(before):
                yield at_environment(
                    platform,
                    environment,
                    "network.nodes",
                    value=str(found),
                    means=f"{other.name} ({before}) {means}",
                    fix=fix,
                )


@rule("AND074", severity=Severity.ERROR, title="Ranges are private")
def ranges_are_private(platform: Platform) -> Iterator[Finding]:
    """Other ranges belong to somebody on the internet.

    Ranges outside of 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16 belong to somebody on the internet (RFC 1918), who
    could then not be reached from inside.
    """
    for environment in platform.environments:
        for field, found in _ranges(environment):
            if not any(found.subnet_of(private) for private in _PRIVATE):
                yield at_environment(
                    platform,
                    environment,
                    field,
                    value=str(found),
                    means="is no private range",
                    fix="Choose a range within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
                )


@rule("AND075", severity=Severity.ERROR, title="The subnet holds all nodes and stores")
def the_subnet_suffices(platform: Platform) -> Iterator[Finding]:
    """Nodes, nodes of databases and load balancers take an address each from the subnet.

    It cannot grow: a change makes the network anew. All pools at their maximum, one node more each during an upgrade,
    have to fit, with 32 addresses left for gateway, DHCP and load balancers (an estimate).
    """
    for view in platform.views.values():
        environment = view.environment
        found = _range(environment.network.nodes)
        if found is None:
            continue
        zones = max(1, len(environment.zones))
        nodes = sum((pool.max + 1) * zones for pool in environment.pools)
        stores = [("postgresql", cluster.settings.plan) for cluster in view.database_clusters]
        stores += [("valkey", environment.valkey.plan)] if view.uses_valkey else []
        stores += [("kafka", environment.kafka.plan)] if view.uses_kafka else []
        nodes += sum(plan.nodes for plan in (database_plan(*store) for store in stores) if plan)
        room = found.num_addresses - _KEPT_ADDRESSES
        if nodes > room:
            yield at_environment(
                platform,
                environment,
                "network.nodes",
                value=str(found),
                means=f"has about {max(room, 0)} addresses for nodes and stores, which may become {nodes}",
                fix="Choose a larger range, or lower max of pools",
            )


@rule("AND079", severity=Severity.ERROR, title="Production's API is not open to the world")
def the_api_is_not_open(platform: Platform) -> Iterator[Finding]:
    """Who reaches the Kubernetes API may try its credentials and its bugs.

    The allow list names offices, the VPN and the pipelines; the environment's own gateway is added by itself.

    A range shorter than /8 is taken as the world.
    """
    for view in production(platform):
        for index, text in enumerate(view.environment.cluster.api_allow):
            found = _range(text)
            if found is not None and found.prefixlen < 8:
                yield at_environment(
                    platform,
                    view.environment,
                    f"cluster.api_allow[{index}]",
                    value=text,
                    means="lets the whole world try the Kubernetes API of production",
                    fix="Name the addresses of office, VPN and pipelines",
                )
