"""What a service takes of its cluster at most: the arithmetic behind quotas and capacity rules.

Two figures: `footprint` is what has to fit the nodes, `ceiling` what a namespace may hold. They differ by the
pods that are on their way out: those count in a quota until they are gone.
"""

from __future__ import annotations

from dataclasses import dataclass

from andamio.model import Resources, Service

__all__ = [
    "CPU_LIMIT_FACTOR",
    "SURGE_PERCENT",
    "Footprint",
    "ceiling",
    "cpu_limit",
    "footprint",
    "memory_limit",
    "replica",
    "runs",
    "surge",
]

SURGE_PERCENT = 25
"""Replicas that a rolling update starts before it ends old ones, percent of those that run; rounded up."""

CPU_LIMIT_FACTOR = 4
"""CPU limit where none is declared, in requests."""

_RUNS_ALLOWED_AT_ONCE = 3
"""Runs of a job that may overlap at most where its schedule allows that."""


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """Pods and what they ask for and may use."""

    pods: int
    cpu: int
    """CPU requests, millicores."""

    memory: int
    """Memory requests, MiB."""

    cpu_limit: int
    """CPU limits, millicores."""

    memory_limit: int
    """Memory limits, MiB."""

    def __add__(self, other: Footprint) -> Footprint:
        return Footprint(
            pods=self.pods + other.pods,
            cpu=self.cpu + other.cpu,
            memory=self.memory + other.memory,
            cpu_limit=self.cpu_limit + other.cpu_limit,
            memory_limit=self.memory_limit + other.memory_limit,
        )

    def __mul__(self, count: int) -> Footprint:
        return Footprint(
            pods=self.pods * count,
            cpu=self.cpu * count,
            memory=self.memory * count,
            cpu_limit=self.cpu_limit * count,
            memory_limit=self.memory_limit * count,
        )


def cpu_limit(resources: Resources) -> int:
    """CPU limit in millicores: the declared one, else four times the request."""
    return resources.cpu_limit or resources.cpu * CPU_LIMIT_FACTOR


def memory_limit(resources: Resources) -> int:
    """Memory limit in MiB: the declared one, else the request."""
    return resources.memory_limit or resources.memory


def replica(service: Service) -> Footprint:
    """One pod of a service; a migration's pod asks for the same."""
    resources = service.resources
    return Footprint(
        pods=1,
        cpu=resources.cpu,
        memory=resources.memory,
        cpu_limit=cpu_limit(resources),
        memory_limit=memory_limit(resources),
    )


def surge(replicas: int) -> int:
    """Pods that a rolling update adds to `replicas`, as the Deployment controller rounds: up."""
    return -(-replicas * SURGE_PERCENT // 100)


def runs(service: Service) -> int:
    """Pods of a job that may run at once: one, or three where its schedule lets runs overlap."""
    overlap = service.schedule is not None and service.schedule.concurrency == "Allow"
    return _RUNS_ALLOWED_AT_ONCE if overlap else 1


def footprint(service: Service) -> Footprint:
    """What a service takes at most of the nodes: its largest scale with surge, or its runs, and its migration."""
    pods = runs(service) if service.schedule is not None else service.scaling.max + surge(service.scaling.max)
    return replica(service) * (pods + (service.migration is not None))


def ceiling(service: Service) -> Footprint:
    """What a service's namespace may hold at most.

    Beside the footprint: for a Deployment, as many pods as surge, because those that end still count while new
    ones start; for a job, one run that a person starts by hand.
    """
    extra = 1 if service.schedule is not None else surge(service.scaling.max)
    return footprint(service) + replica(service) * extra
