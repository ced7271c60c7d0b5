"""Values of cdk8s-plus that many services share, each made once.

A duration, a quantity or a probe is an object on the other side of jsii, and making one costs as much as a construct.
They have no scope and never change, so equal ones are one.
"""

from __future__ import annotations

from functools import cache

from andamio.cdk8s import Cron, Duration, Size, kplus

__all__ = ["command_probe", "cpu", "cron", "http_probe", "memory", "rolling_update", "seconds", "utilization"]


@cache
def seconds(amount: int) -> Duration:
    """A duration in seconds."""
    return Duration.seconds(amount)


@cache
def cpu(request: int, limit: int) -> kplus.CpuResources:
    """CPU request and limit, millicores."""
    return kplus.CpuResources(request=kplus.Cpu.millis(request), limit=kplus.Cpu.millis(limit))


@cache
def memory(request: int, limit: int) -> kplus.MemoryResources:
    """Memory request and limit, MiB."""
    return kplus.MemoryResources(request=Size.mebibytes(request), limit=Size.mebibytes(limit))


@cache
def http_probe(path: str, port: int, period: int, timeout: int, failures: int) -> kplus.Probe:
    """A probe that asks `path` on `port`; times in seconds."""
    return kplus.Probe.from_http_get(
        path,
        port=port,
        period_seconds=seconds(period),
        timeout_seconds=seconds(timeout),
        failure_threshold=failures,
    )


@cache
def command_probe(command: tuple[str, ...], period: int, timeout: int, failures: int) -> kplus.Probe:
    """A probe that runs `command`; times in seconds."""
    return kplus.Probe.from_command(
        list(command),
        period_seconds=seconds(period),
        timeout_seconds=seconds(timeout),
        failure_threshold=failures,
    )


@cache
def rolling_update(surge_percent: int) -> kplus.DeploymentStrategy:
    """New pods first, `surge_percent` of the replicas at a time; an old one ends when a new one is ready."""
    return kplus.DeploymentStrategy.rolling_update(
        max_surge=kplus.PercentOrAbsolute.percent(surge_percent), max_unavailable=kplus.PercentOrAbsolute.absolute(0)
    )


@cache
def utilization(resource: str, percent: int) -> kplus.Metric:
    """A metric of an autoscaler: average use of `cpu` or `memory`, percent of the request."""
    metric = {"cpu": kplus.Metric.resource_cpu, "memory": kplus.Metric.resource_memory}[resource]
    return metric(kplus.MetricTarget.average_utilization(percent))


@cache
def cron(expression: str) -> Cron:
    """A schedule of five cron fields."""
    minute, hour, day, month, week_day = expression.split()
    return Cron(minute=minute, hour=hour, day=day, month=month, week_day=week_day)
