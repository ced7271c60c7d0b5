"""Capacity: whether everything fits the nodes at its largest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from andamio.checks.finding import Finding, Severity
from andamio.checks.places import at_environment, at_service
from andamio.checks.rule import rule
from andamio.contract.footprint import Footprint, footprint, replica
from andamio.contract.platform import EnvironmentView, Platform
from andamio.knowledge.ovh.flavors import PODS_PER_NODE, Flavor, flavor
from andamio.model import Environment
from andamio.model.types import EnvironmentTier

NODE_AGENTS = Footprint(pods=8, cpu=250, memory=400, cpu_limit=0, memory_limit=0)
"""What OVHcloud's own pods on each node ask for: network, volumes, DNS cache, metrics. Inferred with a margin: no page
gives it."""

_SYSTEM_SMALL = Footprint(pods=30, cpu=1500, memory=3584, cpu_limit=0, memory_limit=0)
_SYSTEM_LARGE = Footprint(pods=60, cpu=3000, memory=6144, cpu_limit=0, memory_limit=0)

SYSTEM_PODS: Mapping[EnvironmentTier, Footprint] = MappingProxyType(
    {"development": _SYSTEM_SMALL, "staging": _SYSTEM_LARGE, "production": _SYSTEM_LARGE}
)
"""What the platform's own workloads ask for together: the requests of the add-ons' values and of the Gateway's proxies
(0.9 cores and 2.3 GiB in development, 2.2 and 5 elsewhere), with room for an update and for Kubernetes' own DNS and
metrics servers. Rounded up."""

Pool = Literal["system", "applications"]


@dataclass(frozen=True)
class _Room:
    """What pods may ask for."""

    cpu: int
    memory: int
    pods: int

    def short_of(self, asked: Footprint) -> Iterator[tuple[str, str, str]]:
        """(what, asked, there) of each that does not suffice."""
        if asked.cpu > self.cpu:
            yield "CPU", f"{asked.cpu / 1000:.1f} cores", f"{self.cpu / 1000:.1f}"
        if asked.memory > self.memory:
            yield "memory", f"{asked.memory / 1024:.1f} GiB", f"{self.memory / 1024:.1f}"
        if asked.pods > self.pods:
            yield "pods", f"{asked.pods} pods", f"{self.pods}"


def _node(size: Flavor) -> _Room:
    return _Room(
        cpu=size.allocatable_millicores - NODE_AGENTS.cpu,
        memory=size.allocatable_memory_mib - NODE_AGENTS.memory,
        pods=PODS_PER_NODE - NODE_AGENTS.pods,
    )


def _room(environment: Environment, role: Pool, *, lost_zones: int = 0) -> _Room | None:
    """What all pools of a role hold at their largest; None when one of their flavors is not known."""
    zones = max(1, len(environment.zones) - lost_zones)
    cpu = memory = pods = 0
    for pool in environment.pools:
        if pool.role != role:
            continue
        size = flavor(pool.flavor)
        if size is None:
            return None
        node, nodes = _node(size), pool.max * zones
        cpu, memory, pods = cpu + node.cpu * nodes, memory + node.memory * nodes, pods + node.pods * nodes
    return _Room(cpu=cpu, memory=memory, pods=pods) if pods else None


def _asked(view: EnvironmentView) -> Footprint:
    total = Footprint(pods=0, cpu=0, memory=0, cpu_limit=0, memory_limit=0)
    for service in view.services:
        total += footprint(service)
    return total


@rule("AND032", severity=Severity.ERROR, title="All services fit the application nodes at their largest")
def everything_fits(platform: Platform) -> Iterator[Finding]:
    """What does not fit at the largest scale stays pending, just when load is highest.

    When every service runs at its maximum, during a rolling update and with its migration, all of that has to fit the
    application pools at their maximum. Else the autoscaler adds nodes up to the limit and the rest stays pending, just
    when load is highest.

    A node keeps 15 % of one core, 0.5 % of each core and 1,590 MB for itself (managed Kubernetes guide "Understanding
    MKS architecture"), OVHcloud's own pods on it ask for about 250 millicores and 400 MiB (an estimate), and it takes
    110 pods. Requests count, not limits. Raise a pool's `max` or flavor, or lower `scaling.max` of services.
    """
    for view in platform.views.values():
        room = _room(view.environment, "applications")
        for what, asked, there in room.short_of(_asked(view)) if room else ():
            yield at_environment(
                platform,
                view.environment,
                "pools",
                value=asked,
                means=f"is what services ask for at their largest, and the application pools hold {there} ({what})",
                fix="Raise max or the flavor of an application pool, or lower scaling.max of services",
            )


@rule("AND033", severity=Severity.ERROR, title="Each pod fits a node")
def each_pod_fits(platform: Platform) -> Iterator[Finding]:
    """A pod runs on one node.

    One that asks for more than the largest application node has left stays pending for ever, however many nodes there
    are. What a node keeps for itself is under AND032.
    """
    for view in platform.views.values():
        sizes = [flavor(pool.flavor) for pool in view.environment.pools if pool.role == "applications"]
        known = [_node(size) for size in sizes if size is not None]
        if not known or len(known) < len(sizes):
            continue
        for service in view.services:
            one = replica(service)
            if all(any(node.short_of(one)) for node in known):
                best = max(known, key=lambda node: (node.memory, node.cpu))
                field = "memory" if one.memory > best.memory else "cpu"
                yield at_service(
                    platform,
                    service,
                    f"resources.{field}",
                    environment=view.environment,
                    value=getattr(service.resources, field),
                    means=f"no application node has that much: the largest leaves {best.cpu} millicores and"
                    f" {best.memory} MiB",
                    fix="Ask for less, or give an application pool a larger flavor",
                )


@rule("AND036", severity=Severity.WARNING, title="Two zones hold everything when one is lost")
def a_zone_may_be_lost(platform: Platform) -> Iterator[Finding]:
    """Three zones are there so that one may fail.

    The two others then have to hold every service at its largest: their pools grow up to `max` nodes a zone. The
    arithmetic is that of AND032.
    """
    for view in platform.views.values():
        environment = view.environment
        if len(environment.zones) < 2:
            continue
        whole, left = _room(environment, "applications"), _room(environment, "applications", lost_zones=1)
        asked = _asked(view)
        if whole is None or left is None or any(whole.short_of(asked)):
            continue
        for what, wanted, there in left.short_of(asked):
            yield at_environment(
                platform,
                environment,
                "pools",
                value=wanted,
                means=f"is what services ask for at their largest; with one zone lost the pools hold {there} ({what})",
                fix="Raise max of an application pool, so that two zones suffice",
            )


@rule("AND039", severity=Severity.ERROR, title="The platform's own workloads fit the system nodes")
def the_platform_fits(platform: Platform) -> Iterator[Finding]:
    """Argo CD, External Secrets, cert-manager, Istio, external-dns and Reloader run on the system pools.

    Together they ask for about 1.5 cores and 3.5 GiB in development and twice that elsewhere (the requests in their
    values, with room for an update), beside what each node keeps for itself (AND032). Without room for them nothing is
    deployed at all.
    """
    for view in platform.views.values():
        room = _room(view.environment, "system")
        for what, asked, there in room.short_of(SYSTEM_PODS[view.environment.tier]) if room else ():
            yield at_environment(
                platform,
                view.environment,
                "pools",
                value=asked,
                means=f"is about what the platform's own workloads ask for, and the system pools hold {there} ({what})",
                fix="Raise max or the flavor of a system pool",
            )
