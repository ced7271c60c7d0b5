"""Calls: which service asks which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_service, each
from andamio.checks.rule import rule
from andamio.contract.platform import Platform


@rule("AND021", severity=Severity.ERROR, title="A callee is a service of the catalog", acceptable=False)
def callees_exist(platform: Platform) -> Iterator[Finding]:
    """A call opens the network between two services; to one that does not exist it opens nothing, and the caller waits.

    Hosts outside the platform are declared as `egress`.
    """
    for view, service in each(platform):
        for index, callee in enumerate(service.calls):
            if callee not in view.by_name:
                yield at_service(
                    platform,
                    service,
                    f"calls[{index}]",
                    environment=view.environment,
                    value=callee,
                    means="no such service",
                    fix=did_you_mean(callee, view.by_name) or "Name a service of the catalog; outside hosts are egress",
                )


@rule("AND022", severity=Severity.ERROR, title="A callee answers HTTP", acceptable=False)
def callees_answer(platform: Platform) -> Iterator[Finding]:
    """A worker or a scheduled job has no port, so nobody can call it. Give it `http`, or send it events."""
    for view, service in each(platform):
        for index, callee in enumerate(service.calls):
            found = view.by_name.get(callee)
            if found is not None and found.http is None:
                yield at_service(
                    platform,
                    service,
                    f"calls[{index}]",
                    environment=view.environment,
                    value=callee,
                    means=f"{callee} is a {found.kind} and answers no requests",
                    fix=f"Declare http=Http(port=…) in {platform.file('service', callee)}, or leave the call out",
                )


@rule("AND023", severity=Severity.ERROR, title="A service does not call itself")
def no_call_to_oneself(platform: Platform) -> Iterator[Finding]:
    """A service that calls itself waits for itself.

    A request to one's own name leaves the pod and may land on any replica, each of which can wait for the next: under
    load all replicas wait for each other. Call the function instead.
    """
    for view, service in each(platform):
        if service.name in service.calls:
            yield at_service(
                platform,
                service,
                f"calls[{service.calls.index(service.name)}]",
                environment=view.environment,
                value=service.name,
                means="the service calls itself",
                fix="Leave it out",
            )


@rule("AND024", severity=Severity.WARNING, title="Synchronous calls make no circle")
def no_circles(platform: Platform) -> Iterator[Finding]:
    """Services in a circle stand and fall together.

    Services that call each other in a circle start, fail and are released only together, and a slow one of them slows
    all down: each waits for the next.

    Turn one of the calls into an event, or move what both need into a service of its own.
    """
    for view in platform.views.values():
        calls = {
            service.name: sorted({c for c in service.calls if c in view.by_name and c != service.name})
            for service in view.services
        }
        for group in _groups(calls):
            path = _circle(min(group), calls, group)
            first = view.by_name[path[0]]
            yield at_service(
                platform,
                first,
                f"calls[{first.calls.index(path[1])}]",
                environment=view.environment,
                value=path[1],
                means=f"synchronous calls make a circle: {' → '.join(path)}",
                fix="Turn one of the calls into an event",
            )


@rule("AND055", severity=Severity.WARNING, title="Who is called is deployed where its caller is")
def callees_are_deployed(platform: Platform) -> Iterator[Finding]:
    """A release decides what runs. A service that runs in an environment where its callee does not gets no answer.

    Deploy the callee there first, or let the caller do without it.
    """
    for view, service in each(platform):
        if view.image(service.name) is None:
            continue
        for index, callee in enumerate(service.calls):
            if callee in view.by_name and view.image(callee) is None:
                yield at_service(
                    platform,
                    service,
                    f"calls[{index}]",
                    environment=view.environment,
                    value=callee,
                    means=f"{callee} is not deployed where {service.name} is",
                    fix=f"Release {callee} there too",
                )


def _groups(calls: Mapping[str, list[str]]) -> list[set[str]]:
    """Groups of two or more services each of which reaches all others (Tarjan's algorithm, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    waiting: set[str] = set()
    found: list[set[str]] = []
    for root in calls:
        if root in index:
            continue
        work = [(root, iter(calls[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        waiting.add(root)
        while work:
            name, callees = work[-1]
            for callee in callees:
                if callee not in index:
                    index[callee] = low[callee] = len(index)
                    stack.append(callee)
                    waiting.add(callee)
                    work.append((callee, iter(calls[callee])))
                    break
                if callee in waiting:
                    low[name] = min(low[name], index[callee])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    group = set()
                    while name not in group:
                        member = stack.pop()
                        waiting.discard(member)
                        group.add(member)
                    if len(group) > 1:
                        found.append(group)
    return found


def _circle(start: str, calls: Mapping[str, list[str]], group: set[str]) -> list[str]:
    """A shortest way from `start` back to itself within `group`."""
    before: dict[str, str] = {}
    queue = [start]
    for name in queue:
        for callee in calls[name]:
            if callee == start:
                path = [start]
                while name != start:
                    path.append(name)
                    name = before[name]
                return [start, *reversed(path[1:]), start]
            if callee in group and callee not in before:
                before[callee] = name
                queue.append(callee)
    raise AssertionError(f"{start} is in no circle")
