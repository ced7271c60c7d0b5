"""Scaling and disruption: how many replicas run, and whether one may go."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity
from andamio.checks.places import at_service, each
from andamio.checks.rule import rule
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.clusters import DRAIN_MINUTES


@rule("AND030", severity=Severity.ERROR, title="Replicas at least are not more than at most", acceptable=False)
def bounds_are_in_order(platform: Platform) -> Iterator[Finding]:
    """The HorizontalPodAutoscaler moves between `min` and `max`; the API server refuses a minimum above the maximum.

    Equal bounds are fine: the number of replicas is then fixed.
    """
    for view, service in each(platform):
        if service.scaling.min > service.scaling.max:
            yield at_service(
                platform,
                service,
                "scaling.min",
                environment=view.environment,
                value=service.scaling.min,
                means=f"is more than max, which is {service.scaling.max}",
                fix=f"Set min={service.scaling.max} or less, or raise max",
            )


@rule("AND031", severity=Severity.WARNING, title="A scheduled job has no scaling")
def jobs_do_not_scale(platform: Platform) -> Iterator[Finding]:
    """A scheduled job is one pod a run; nothing reads its `scaling`. How runs overlap is `schedule.concurrency`."""
    for service in platform.services:
        if service.kind == "job" and service.http is None and "scaling" in service.model_fields_set:
            yield at_service(
                platform,
                service,
                "scaling",
                means="a scheduled job runs one pod at a time, so nothing reads it",
                fix="Leave it out",
            )


@rule("AND034", severity=Severity.ERROR, title="A drain does not take a critical service down")
def a_drain_can_move(platform: Platform) -> Iterator[Finding]:
    """A workload with one replica cannot be drained without downtime, and one that may shrink to it will.

    Nodes are replaced for each patch, upgrade and scale-down, pods leave one by one, and OVHcloud waits for them at
    most ten minutes before it removes them by force (managed Kubernetes guide "Known limits"). The rule asks services
    of tier critical, in staging and production, to run two replicas always.
    """
    for view, service in each(platform):
        if view.environment.tier == "development" or service.kind == "job" or service.tier != "critical":
            continue
        if service.scaling.min < 2:
            yield at_service(
                platform,
                service,
                "scaling.min",
                environment=view.environment,
                value=service.scaling.min,
                means="a node drain takes the service down",
                fix="Set min=2 or more, or lower the service's tier",
            )


@rule("AND035", severity=Severity.WARNING, title="A pod is replaced within the time of a drain")
def replaced_within_a_drain(platform: Platform) -> Iterator[Finding]:
    """A drain waits ten minutes at most (managed Kubernetes guide "Known limits").

    The budget lets one pod of a service go at a time, so a second one on the same node waits until the first has ended
    (`grace_period`) and its replacement has started (the startup probe's period * failures).

    When the two together take longer than the drain, the rest is killed without a signal. Shorten the grace period or
    let the service start faster.
    """
    limit = DRAIN_MINUTES * 60
    for view, service in each(platform):
        if service.kind == "job":
            continue
        startup = service.probes.startup if service.http is not None or service.probes.startup else None
        start = startup.period * startup.failures if startup else 0
        if service.grace_period + start >= limit:
            yield at_service(
                platform,
                service,
                "grace_period",
                environment=view.environment,
                value=service.grace_period,
                means=f"ending a pod and starting the next may take {service.grace_period + start} seconds,"
                f" and a drain waits {limit}",
                fix="Shorten grace_period, or the startup probe's period * failures",
            )
