"""How a service runs: its port or schedule, probes, resources, replicas, scratch space and migration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from andamio.model.base import Model
from andamio.model.per_env import from_tier
from andamio.model.types import Port

__all__ = ["Http", "Migration", "Probe", "Probes", "Resources", "Scaling", "Schedule", "Scratch"]


class Http(Model):
    """The port on which a service answers HTTP."""

    port: Port = 8080
    """The container's port; the Service listens on 80. Default: 8080."""

    protocol: Literal["http", "h2c", "grpc"] = "http"
    """What is spoken on the port (the Service's `appProtocol`). Default: HTTP/1.1."""


class Schedule(Model):
    """When a scheduled job runs."""

    cron: Annotated[str, Field(pattern=r"^(\S+\s+){4}\S+$")]
    """Five cron fields."""

    time_zone: str = "Etc/UTC"
    """Name of a time zone. Default: UTC."""

    concurrency: Literal["Forbid", "Replace", "Allow"] = "Forbid"
    """What happens when the last run still runs. Default: the new one is left out."""

    deadline: Annotated[int, Field(ge=60)] = 3600
    """Seconds after which a run is ended. Default: an hour."""

    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a failed run is tried again. Default: twice."""

    suspended: bool = False
    """Whether it is switched off. Default: no."""


class Probe(Model):
    """How the kubelet asks a container how it is: an HTTP path or a command, not both."""

    path: Annotated[str, Field(pattern=r"^/")] | None = None
    """HTTP path on the service's port. Default: none."""

    command: tuple[str, ...] = ()
    """Command that exits 0 when all is well. Default: none."""

    period: Annotated[int, Field(ge=1)] = 10
    """Seconds between two probes. Default: 10."""

    timeout: Annotated[int, Field(ge=1)] = 2
    """Seconds until a probe counts as failed. Default: 2."""

    failures: Annotated[int, Field(ge=1)] = 3
    """Failures in a row that count. Default: 3."""


class Probes(Model):
    """The three probes of a workload."""

    startup: Probe | None = Probe(path="/healthz/ready", period=5, failures=30)
    """Until it passes, the others wait. Default: `/healthz/ready`, up to 150 seconds."""

    readiness: Probe | None = Probe(path="/healthz/ready")
    """While it fails, no request comes. Default: `/healthz/ready` every 10 seconds."""

    liveness: Probe | None = Probe(path="/healthz/live", period=20, failures=3)
    """When it fails, the container restarts. Default: `/healthz/live` every 20 seconds."""


class Resources(Model):
    """What one replica asks for and may use."""

    cpu: Annotated[int, Field(ge=1)] = 100
    """CPU request in millicores. Default: 100."""

    memory: Annotated[int, Field(ge=16)] = 128
    """Memory request in MiB. Default: 128."""

    cpu_limit: Annotated[int, Field(ge=1)] | None = None
    """CPU limit in millicores. Default: four times the request."""

    memory_limit: Annotated[int, Field(ge=16)] | None = None
    """Memory limit in MiB. Default: the request, so that no neighbour pays for a leak."""


class Scaling(Model):
    """How many replicas a workload runs.

    The HorizontalPodAutoscaler moves between `min` and `max`; the disruption budget and the
    namespace quota (surge added) are derived from the same two numbers.
    """

    min: Annotated[int, Field(ge=1)] = from_tier("scaling_min")
    """Replicas that always run. Default: one in development, else two, so that one may be drained."""

    max: Annotated[int, Field(ge=1)] = from_tier("scaling_max")
    """Replicas at most, surge not counted. Default: two in development, else four."""

    cpu: Annotated[int, Field(ge=10, le=100)] = 70
    """Average CPU use at which replicas are added, percent of the request. Default: 70."""

    memory: Annotated[int, Field(ge=10, le=100)] | None = 85
    """Average memory use at which replicas are added, percent of the request. Default: 85."""

    stabilization: Annotated[int, Field(ge=0, le=3600)] = 300
    """Seconds for which load must stay low before replicas go. Default: 300."""


class Scratch(Model):
    """A writable folder in a read-only container; empty at each start."""

    path: Annotated[str, Field(pattern=r"^/[a-zA-Z0-9._/-]+$")]
    """Where it is mounted."""

    size: Annotated[int, Field(ge=1)] = 64
    """Size at most in MiB. Default: 64."""


class Migration(Model):
    """A command that brings the database's schema up to the release, run as the owner before the workload."""

    command: tuple[str, ...]
    """The command in the service's own image."""

    timeout: Annotated[int, Field(ge=10)] = 600
    """Seconds until it counts as failed. Default: 600."""

    retries: Annotated[int, Field(ge=0, le=5)] = 1
    """How often it is tried again. Default: once."""
