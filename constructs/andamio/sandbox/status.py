"""How a sandbox is: its parts, and of each environment the stacks, the Applications and the workloads."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

from andamio.engines.client import Client
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.operators.standing_in import MADE_HEALTHY
from andamio.sandbox.parts import OPERATORS
from andamio.sandbox.record import Part
from andamio.sandbox.site import Site

__all__ = [
    "Application",
    "EnvironmentStatus",
    "PartStatus",
    "Status",
    "Workload",
    "applications",
    "status",
    "workloads",
]

_TRACKING: Final = "argocd.argoproj.io/tracking-id"
_APPLICATIONS: Final = "argoproj.io/v1alpha1"
_PAGE: Final = 4096


@dataclass(frozen=True, kw_only=True)
class PartStatus:
    """A part of the sandbox."""

    name: str
    alive: bool
    processes: tuple[dict[str, Any], ...]
    """Name, id, whether it runs, memory in MB."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What runs pods, or should."""

    kind: str
    namespace: str
    name: str
    application: str
    """The Application that brought it; empty when none did."""

    ready: int
    wanted: int
    age: float
    """Seconds since it was made."""

    reason: str = ""
    """Why it is not as it should be; empty when it is."""

    @property
    def healthy(self) -> bool:
        """Whether it is as it should be."""
        return not self.reason


@dataclass(frozen=True, kw_only=True)
class Application:
    """An Application of Argo CD."""

    name: str
    sync: str
    health: str
    age: float
    """Seconds since its last sync ended, or since it was made."""

    revision: str = ""
    """The commit, or the chart's version, that it was synced to."""

    reason: str = ""
    """Why it is not Synced and Healthy; empty when it is."""

    @property
    def healthy(self) -> bool:
        """Whether it is Synced and Healthy, and its last sync succeeded."""
        return not self.reason


@dataclass(frozen=True, kw_only=True)
class EnvironmentStatus:
    """An environment."""

    name: str
    phase: str
    since: float
    note: str
    stacks: Mapping[str, Mapping[str, Any]]
    nodes: tuple[int, int] = (0, 0)
    """Nodes that are ready, and all."""

    applications: tuple[Application, ...] = ()
    workloads: tuple[Workload, ...] = ()
    stand_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Kind → objects that no operator made healthy but a stand-in."""

    problem: str = ""
    """Why its control plane was not asked; empty when it was."""

    @property
    def healthy(self) -> bool:
        """Whether it is deployed and everything in it is as it should be."""
        return (
            not self.problem
            and self.phase == "deployed"
            and bool(self.applications)
            and all(one.healthy for one in self.applications)
            and all(one.healthy for one in self.workloads)
        )


@dataclass(frozen=True, kw_only=True)
class Status:
    """A sandbox."""

    folder: Path
    parts: tuple[PartStatus, ...]
    environments: tuple[EnvironmentStatus, ...] = field(default=())

    @property
    def running(self) -> bool:
        """Whether anything of it runs."""
        return any(one["alive"] for part in self.parts for one in part.processes)


def status(site: Site) -> Status:
    """How the sandbox is now."""
    parts = tuple(_part(part) for part in site.record.parts.values())
    return Status(
        folder=site.folder,
        parts=parts,
        environments=tuple(_environment(site, name) for name in site.record.environments),
    )


def _part(part: Part) -> PartStatus:
    processes = tuple(
        {"name": one.name, "pid": one.pid, "alive": one.alive, "memory_mb": _memory(one.pid) if one.alive else 0}
        for one in part.processes
    )
    return PartStatus(name=part.name, alive=part.alive, processes=processes)


def _memory(pid: int) -> int:
    """Resident memory of a process in MB; 0 where the system does not tell (Linux does)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE // 1_000_000
    except (OSError, ValueError, IndexError):
        return 0


def _environment(site: Site, name: str) -> EnvironmentStatus:
    record = site.record.environments[name]
    common: dict[str, Any] = {
        "name": name,
        "phase": record.phase,
        "since": record.since,
        "note": record.note,
        "stacks": record.stacks,
    }
    if record.phase == "down":
        return EnvironmentStatus(**common, problem="it does not run")
    try:
        client = site.client(name)
    except SandboxError as error:
        return EnvironmentStatus(**common, problem=str(error))
    try:
        nodes = client.all_of("v1", "Node")
        return EnvironmentStatus(
            **common,
            nodes=(sum(_condition(one, "Ready") == "True" for one in nodes), len(nodes)),
            applications=tuple(applications(client)),
            workloads=tuple(workloads(client)),
            stand_in=_stand_in(site, name),
        )
    except (OSError, LookupError, HTTPException) as error:
        return EnvironmentStatus(**common, problem=f"its API server does not answer: {error}")
    finally:
        client.close()


def _stand_in(site: Site, environment: str) -> dict[str, tuple[str, ...]]:
    try:
        told = json.loads((site.part(f"{environment}/{OPERATORS}") / MADE_HEALTHY).read_bytes())
    except (OSError, ValueError):
        return {}
    return {kind: tuple(one["objects"]) for kind, one in told.items() if one["objects"]}


def applications(client: Client) -> Iterator[Application]:
    """Every Application, the root first; none while the API server does not know the kind."""
    try:
        found = client.all_of(_APPLICATIONS, "Application")
    except LookupError:
        return
    for one in sorted(found, key=lambda one: (one["metadata"]["name"] != "root", one["metadata"]["name"])):
        state = one.get("status", {})
        operation = state.get("operationState", {})
        sync, health = state.get("sync", {}).get("status", "Unknown"), state.get("health", {}).get("status", "Unknown")
        reason = ""
        if (sync, health) != ("Synced", "Healthy") or operation.get("phase") != "Succeeded":
            reason = _why(state) or f"{sync}, {health}"
        when = operation.get("finishedAt") or one["metadata"]["creationTimestamp"]
        yield Application(
            name=one["metadata"]["name"],
            sync=sync,
            health=health,
            age=_age(when),
            revision=str(state.get("sync", {}).get("revision", "")),
            reason=reason,
        )


def _why(state: Mapping[str, Any]) -> str:
    """The first that tells: a condition, the operation, the health, a resource."""
    for condition in state.get("conditions", ()):
        if "Error" in condition["type"]:
            return str(condition["message"])
    operation = state.get("operationState", {})
    if operation.get("phase") not in (None, "Succeeded") and operation.get("message"):
        return str(operation["message"])
    if state.get("health", {}).get("message"):
        return str(state["health"]["message"])
    for resource in sorted(state.get("resources", ()), key=_is_calm):
        health = resource.get("health", {})
        if resource.get("status") != "Synced" or health.get("status", "Healthy") != "Healthy":
            told = health.get("message") or health.get("status") or resource.get("status") or "it has not ended"
            return f"{resource['kind']} {resource['name']}: {told}"
    return ""


def _is_calm(resource: Mapping[str, Any]) -> tuple[bool, bool]:
    """What is not healthy comes first, then what is not as in git; a hook has neither, whether it ended or not."""
    healthy = resource.get("health", {}).get("status", "Healthy") == "Healthy"
    return healthy, resource.get("status") in ("Synced", None)


def workloads(client: Client) -> Iterator[Workload]:
    """Every Deployment, StatefulSet, DaemonSet, Job and CronJob."""
    for version, kind in (
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "DaemonSet"),
        ("batch/v1", "Job"),
        ("batch/v1", "CronJob"),
    ):
        for one in client.all_of(version, kind):
            metadata, state = one["metadata"], one.get("status", {})
            ready, wanted, reason = _counts(kind, one["spec"], state)
            if kind == "Deployment" and state.get("observedGeneration") != metadata["generation"]:
                reason = reason or "its controller has not seen the newest version"
            if any(owner["kind"] == "CronJob" for owner in metadata.get("ownerReferences", ())):
                continue
            yield Workload(
                kind=kind,
                namespace=metadata["namespace"],
                name=metadata["name"],
                application=metadata.get("annotations", {}).get(_TRACKING, "").partition(":")[0],
                ready=ready,
                wanted=wanted,
                age=_age(metadata["creationTimestamp"]),
                reason=reason,
            )


def _counts(kind: str, spec: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[int, int, str]:
    """Ready, wanted, and what is amiss."""
    if kind == "CronJob":
        return 0, 0, "it is suspended" if spec.get("suspend") else ""
    if kind == "Job":
        wanted, done = spec.get("completions") or 1, state.get("succeeded", 0)
        failed = [one["message"] for one in state.get("conditions", ()) if one["type"] == "Failed"]
        return done, wanted, failed[0] if failed else "" if done >= wanted else "it has not ended"
    if kind == "DaemonSet":
        ready, wanted = state.get("numberReady", 0), state.get("desiredNumberScheduled", 0)
        return ready, wanted, "" if ready >= wanted else f"{ready} of {wanted} ready"
    ready, wanted = state.get("readyReplicas", 0), spec.get("replicas", 1)
    if ready >= wanted and state.get("updatedReplicas", 0) >= wanted:
        return ready, wanted, ""
    failing = [
        one["message"]
        for one in state.get("conditions", ())
        if (one["type"], one["status"]) in (("ReplicaFailure", "True"), ("Progressing", "False"))
    ]
    return ready, wanted, failing[0] if failing else f"{ready} of {wanted} ready"


def _condition(item: Mapping[str, Any], kind: str) -> str:
    found = [one["status"] for one in item.get("status", {}).get("conditions", ()) if one["type"] == kind]
    return str(found[0]) if found else "Unknown"


def _age(moment: str) -> float:
    return max(0.0, time.time() - datetime.fromisoformat(moment).timestamp())
