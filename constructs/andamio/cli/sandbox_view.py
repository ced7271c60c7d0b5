"""What people and machines see of a sandbox: a tree, or one JSON object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from andamio.cli.terminal import style

if TYPE_CHECKING:
    from andamio.sandbox.status import Application, EnvironmentStatus, Status, Workload

__all__ = ["as_data", "lines"]

_LONGEST = 160


def as_data(found: Status) -> dict[str, Any]:
    """A status for machines."""
    return {
        "folder": str(found.folder),
        "running": found.running,
        "parts": [asdict(one) for one in found.parts],
        "environments": [
            {
                **asdict(one),
                "healthy": one.healthy,
                "applications": [{**asdict(app), "healthy": app.healthy} for app in one.applications],
                "workloads": [{**asdict(workload), "healthy": workload.healthy} for workload in one.workloads],
            }
            for one in found.environments
        ],
    }


def lines(found: Status) -> Iterator[str]:
    """A status for people."""
    if not found.parts and not found.environments:
        yield "Nothing is up. Run `andamio sandbox up`."
        return
    processes = [one for part in found.parts for one in part.processes if one["alive"]]
    memory = sum(one["memory_mb"] for one in processes)
    yield f"sandbox {'up' if found.running else 'down'}: {len(processes)} processes, {memory} MB, {found.folder}"
    for part in found.parts:
        dead = [one["name"] for one in part.processes if not one["alive"]]
        if dead:
            yield f"  {_mark(False)} {part.name}: {', '.join(dead)} ended. Run `andamio sandbox up` again."
    for environment in found.environments:
        yield from _environment(environment)


def _environment(one: EnvironmentStatus) -> Iterator[str]:
    if one.phase == "down":
        yield f"{_mark(None)} {one.name}: down"
        return
    note = f" ({one.note})" if one.note else ""
    yield f"{_mark(one.healthy if one.phase == 'deployed' else None)} {one.name}: {one.phase}{note}"
    if one.problem:
        yield f"    {one.problem}"
        return
    yield f"    nodes: {one.nodes[0]} of {one.nodes[1]} ready"
    if one.stacks:
        done = sum(stack["phase"] == "applied" for stack in one.stacks.values())
        yield f"    stacks: {done} of {len(one.stacks)} applied"
        for name, stack in one.stacks.items():
            yield f"      {_mark(stack['phase'] == 'applied')} {name}: {stack['phase']}, {stack['seconds']:.1f} s"
    if one.applications:
        good = sum(app.healthy for app in one.applications)
        yield f"    Applications: {good} of {len(one.applications)} Synced and Healthy"
    for app in one.applications:
        yield from _application(app, [work for work in one.workloads if work.application == app.name])
    if one.stand_in:
        counts = ", ".join(f"{len(objects)} {kind}" for kind, objects in one.stand_in.items())
        yield f"    made healthy by a stand-in, not by an operator: {counts} (--json names them)"
    known = {app.name for app in one.applications}
    for work in one.workloads:
        if work.application not in known and not work.healthy:
            yield f"      {_workload(work)}"


def _application(app: Application, workloads: Sequence[Workload]) -> Iterator[str]:
    reason = f": {_short(app.reason)}" if app.reason else ""
    yield f"      {_mark(app.healthy)} {app.name}  {app.sync}, {app.health}, {age(app.age)}{reason}"
    for work in workloads:
        yield f"          {_workload(work)}"


def _workload(work: Workload) -> str:
    count = "" if work.kind == "CronJob" else f" {work.ready}/{work.wanted}"
    reason = f": {_short(work.reason)}" if work.reason else ""
    return f"{_mark(work.healthy)} {work.kind} {work.namespace}/{work.name}{count}, {age(work.age)}{reason}"


def _mark(good: bool | None) -> str:
    if good is None:
        return "-"
    return style("ok", "green") if good else style("!!", "red")


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def age(seconds: float) -> str:
    """A time in its largest unit: `42s`, `3m`, `5h`, `2d`."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return f"{int(seconds)}s"
