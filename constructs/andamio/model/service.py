"""A service: what runs, and everything it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from andamio.model.acceptance import Acceptance
from andamio.model.base import Model
from andamio.model.network import Egress, Route
from andamio.model.per_env import from_tier
from andamio.model.secrets import ManualSecret
from andamio.model.stores import Cache, Postgres, Topic
from andamio.model.types import Name, Tier
from andamio.model.workload import Http, Migration, Probes, Resources, Scaling, Schedule, Scratch

__all__ = ["Kind", "Service"]

Kind = Literal["http", "worker", "job"]
"""An HTTP service answers requests, a worker runs without a port, a job runs on a schedule."""


class Service(Model):
    """A microservice. Its team edits one file, `catalog/services/<name>.py`, and nothing else.

    With `http` it is an HTTP service, with `schedule` a scheduled job, with neither a worker. What
    it needs of the platform (database, cache, topics, calls, routes, secrets) it declares here; a
    release decides only whether and which image runs in an environment.
    """

    same_everywhere: ClassVar[frozenset[str]] = frozenset({"name", "team", "tier", "renamed_from"})

    name: Name
    """Name of the service, of its file and of its namespace."""

    team: Name
    """The team that owns it, one of the catalog's."""

    tier: Tier = "standard"
    """How much it matters that it runs. Default: standard."""

    renamed_from: Name | tuple[Name, ...] = ()
    """What it was called before, oldest first; one name may stand alone. Cloud names stay the oldest's, under which its
    data was made. Default: it has always had its name."""

    http: Http | None = None
    """The port on which it answers. Default: it answers none."""

    schedule: Schedule | None = None
    """When it runs, for a scheduled job. Default: always."""

    command: tuple[str, ...] = ()
    """Command in the image. Default: the image's own."""

    args: tuple[str, ...] = ()
    """Arguments of the command. Default: the image's own."""

    probes: Probes = Probes()
    """How the kubelet asks how it is. Default for HTTP services: `/healthz/ready` and `/healthz/live`; jobs and workers
    have none unless given as commands."""

    resources: Resources = Resources()
    """What a replica asks for. Default: 100 millicores, 128 MiB."""

    scaling: Scaling = Scaling()
    """How many replicas run. Default: by the environment's tier."""

    grace_period: Annotated[int, Field(ge=5, le=600)] = 30
    """Seconds between the signal to end and the kill. Default: 30."""

    scratch: tuple[Scratch, ...] = ()
    """Writable folders. Default: none."""

    database: Postgres | None = None
    """A PostgreSQL database of its own. Default: none."""

    migration: Migration | None = None
    """The schema migration that runs before the workload. Default: none."""

    cache: Cache | None = None
    """Access to Valkey. Default: none."""

    topics: tuple[Topic, ...] = ()
    """Settings of topics that it publishes. Default: the platform's."""

    publishes: tuple[str, ...] = ()
    """Topics to which it writes. Default: none."""

    subscribes: tuple[str, ...] = ()
    """Topics from which it reads. Default: none."""

    calls: tuple[str, ...] = ()
    """Services whose HTTP port it calls. Default: none."""

    routes: tuple[Route, ...] = ()
    """Public host names and paths that lead to it. Default: none; it is reached from inside only."""

    egress: tuple[Egress, ...] = ()
    """Hosts outside the platform that it calls. Default: none."""

    config: Mapping[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], str] = {}
    """Environment variables, not secret. Default: none."""

    secrets: tuple[ManualSecret, ...] = ()
    """Secrets that a person puts into the key store. Default: none."""

    secret_refresh: Annotated[int, Field(ge=60)] = from_tier("secret_refresh")
    """Seconds between two looks into the key store. Default: 300 in development, else 900."""

    accepted: tuple[Acceptance, ...] = ()
    """Findings that are accepted for a time, each with its reason. Default: none."""

    @property
    def kind(self) -> Kind:
        """Whether it is an HTTP service, a worker or a job."""
        if self.schedule is not None:
            return "job"
        return "http" if self.http is not None else "worker"

    @property
    def former_names(self) -> tuple[str, ...]:
        """Every name that it had before, oldest first."""
        return (self.renamed_from,) if isinstance(self.renamed_from, str) else self.renamed_from

    @property
    def original_name(self) -> str:
        """The name under which its cloud resources were first made."""
        return (*self.former_names, self.name)[0]
