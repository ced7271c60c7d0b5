"""Data that would vanish: against what was synthesized before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from andamio.checks.finding import Finding, Severity
from andamio.checks.output import Output
from andamio.checks.places import at_service, at_shared, at_tombstone, published
from andamio.checks.previous import PreviousData, environment_of, previous_data
from andamio.checks.rule import history_rule, rule
from andamio.contract.platform import EnvironmentView, Platform
from andamio.model import Service, Tombstone


def _gone(platform: Platform, previous: Output) -> dict[str, dict[str, PreviousData]]:
    """Service that the catalog has no more and no tombstone names → environment → its data."""
    gone: dict[str, dict[str, PreviousData]] = {}
    here = {name for service in platform.services for name in (*service.former_names, service.name)}
    for environment, services in sorted(previous_data(previous).items()):
        view = platform.views.get(environment)
        if view is None:
            continue
        buried = {tombstone.service for tombstone in view.tombstones}
        for name, data in sorted(services.items()):
            if name not in here and name not in buried and _loses(view, data):
                gone.setdefault(name, {})[environment] = data
    return gone


def _loses(view: EnvironmentView, data: PreviousData) -> bool:
    topics = published(view)
    return data.database is not None or data.cache or bool(data.publishes - topics)


def _candidates(platform: Platform, previous: Output, data: Mapping[str, PreviousData]) -> list[Service]:
    """New services that ask for the same kind of data as one that went."""
    before = {name for services in previous_data(previous).values() for name in services}
    found = []
    for service in platform.services:
        if service.name in before or service.former_names:
            continue
        views = [platform.views[environment].by_name[service.name] for environment in data]
        same = all(
            (new.database is not None) == (old.database is not None) and (new.cache is not None) == old.cache
            for new, old in zip(views, data.values(), strict=True)
        )
        if same:
            found.append(service)
    return found


def _tombstone(name: str, data: Mapping[str, PreviousData]) -> str:
    """The declaration that keeps the data of a service."""
    parts = [f'service="{name}"', f"environments={_tuple(data)}"]
    if any(one.database for one in data.values()):
        parts.append(f"database={_by_environment({env: one.database for env, one in data.items()})}")
    if any(one.cache for one in data.values()):
        parts.append(f"cache={_by_environment({env: one.cache for env, one in data.items()})}")
    topics = sorted({topic for one in data.values() for topic in one.publishes})
    if topics:
        parts.append(f"topics={_tuple(topics)}")
    return f"Tombstone({', '.join(parts)})"


def _tuple(names: Iterable[str]) -> str:
    """Names as a tuple is written in a catalog file."""
    shown = [json.dumps(name) for name in names]
    return f"({', '.join(shown)}{',' if len(shown) == 1 else ''})"


def _by_environment(values: Mapping[str, object]) -> str:
    """A value as it is written in a catalog file: alone, or by `per_env` where it differs."""
    shown = {name: json.dumps(value) if isinstance(value, str) else repr(value) for name, value in values.items()}
    first = next(iter(shown.values()))
    others = [f"{name}={value}" for name, value in shown.items() if value != first]
    return f"per_env({', '.join([first, *others])})" if others else first


def _tombstones(view: EnvironmentView) -> list[Tombstone]:
    """The tombstones of an environment, resolved for it."""
    return [stone.resolve(view.environment.name, lambda key: None) for stone in view.tombstones]


def _renamed_again(platform: Platform, data: Mapping[str, PreviousData]) -> Service | None:
    """The service whose data one that went had under another name: the same, renamed a second time or back."""
    names = {one.original_name for one in data.values()} - {""}
    return next((service for service in platform.services if service.original_name in names), None)


@history_rule("AND060", severity=Severity.ERROR, title="A service with data leaves the catalog by a tombstone")
def data_is_left_on_purpose(platform: Platform, previous: Output) -> Iterator[Finding]:
    """A service that leaves takes its data with it, unless told otherwise.

    When a service's declaration goes, its databases, caches and topics go from Terraform's configuration, and with them
    the `prevent_destroy` that protected them: the next apply destroys the data.

    A tombstone makes Terraform forget them instead (`removed` blocks); the data stays at OVHcloud until a person
    deletes it. The comparison is with what was synthesized before, on the branch that this one goes into (`--against`).
    """
    for name, data in _gone(platform, previous).items():
        if _candidates(platform, previous, data) or _renamed_again(platform, data):
            continue
        yield at_tombstone(
            platform,
            name,
            value=list(data),
            means=f"the service {name} left the catalog, and its data would be destroyed there",
            fix=f"Add {_tombstone(name, data)}",
        )


@history_rule("AND063", severity=Severity.ERROR, title="A renamed service says what it was called")
def renames_are_told(platform: Platform, previous: Output) -> Iterator[Finding]:
    """A service with data that goes, and a new one with the same kind of data that comes, look like a rename.

    To Terraform it is a database to destroy and an empty one to make.

    With `renamed_from` Terraform gets `moved` blocks and keeps every resource; names at OVHcloud stay the original's.
    A service that is renamed again names what it was called in between too, oldest first. When it is no rename, a
    tombstone keeps the old data, as under AND060.
    """
    for name, data in _gone(platform, previous).items():
        again = _renamed_again(platform, data)
        if again is not None:
            yield at_service(
                platform,
                again,
                "renamed_from",
                value=again.renamed_from or None,
                means=f"the service was renamed before, and Terraform knows its data under the name {name}",
                fix=f"Set renamed_from={_tuple((*(again.former_names or (again.name,)), name))}, oldest first",
            )
            continue
        for service in _candidates(platform, previous, data)[:1]:
            yield at_service(
                platform,
                service,
                "renamed_from",
                means=f"{name} left the catalog with its data, and {service.name} came with the same kind of data",
                fix=f'Set renamed_from="{name}" when it is the same service; when not, add {_tombstone(name, data)}',
            )


@history_rule("AND067", severity=Severity.ERROR, title="A service gives data up by a tombstone")
def stores_are_left_on_purpose(platform: Platform, previous: Output) -> Iterator[Finding]:
    """What a service no longer declares would be destroyed.

    A service that stays but no longer asks for its database or cache, or whose topic nobody publishes any more, loses
    that data like one that goes (AND060).

    A tombstone of the service's own name keeps what it no longer declares.
    """
    for service, name, data in _given_up(platform, previous):
        for environment, lost in data.items():
            for field, what, is_lost in (
                ("database", "database", lost.database is not None),
                ("cache", "access to Valkey", lost.cache),
                ("publishes", f"topic {', '.join(sorted(lost.publishes))}", bool(lost.publishes)),
            ):
                if is_lost:
                    yield at_service(
                        platform,
                        service,
                        field,
                        environment=environment,
                        means=f"the service no longer declares its {what}, which would be destroyed",
                        fix=f"Declare it again, or add {_tombstone(name, data)}",
                    )


def _given_up(platform: Platform, previous: Output) -> Iterator[tuple[str, str, dict[str, PreviousData]]]:
    """(service, its previous name, environment → what it lost) of services that stay."""
    found: dict[tuple[str, str], dict[str, PreviousData]] = {}
    for environment, services in previous_data(previous).items():
        view = platform.views.get(environment)
        if view is None:
            continue
        stones = _tombstones(view)
        topics = published(view) | {topic for stone in stones for topic in stone.topics}
        current = {name: service for service in view.services for name in (*service.former_names, service.name)}
        for name, data in services.items():
            service = current.get(name)
            if service is None:
                continue
            left = [stone for stone in stones if stone.service == name]
            lost = PreviousData(publishes=data.publishes - topics)
            if data.database and service.database is None and not any(stone.database for stone in left):
                lost.database = data.database
            lost.cache = data.cache and service.cache is None and not any(stone.cache for stone in left)
            if lost.database or lost.cache or lost.publishes:
                found.setdefault((service.name, name), {})[environment] = lost
    for (service_name, name), lost_by_environment in found.items():
        yield service_name, name, lost_by_environment


@rule("AND061", severity=Severity.ERROR, title="A tombstone is for what is gone", acceptable=False)
def tombstones_are_for_what_is_gone(platform: Platform) -> Iterator[Finding]:
    """A tombstone makes Terraform forget resources.

    Those that a service still declares would be made a second time, under names that are taken.
    """
    for view in platform.views.values():
        topics = published(view)
        for tombstone in _tombstones(view):
            service = next((s for s in view.services if tombstone.service in (s.name, *s.former_names)), None)
            still = sorted(set(tombstone.topics) & topics) and "topics"
            if service is not None and tombstone.database and service.database is not None:
                still = "database"
            elif service is not None and tombstone.cache and service.cache is not None:
                still = "cache"
            if still:
                yield at_tombstone(
                    platform,
                    tombstone.service,
                    still,
                    value=view.environment.name,
                    means="is still declared by a service of the catalog",
                    fix="Delete the tombstone, or what the service declares",
                )


@rule("AND062", severity=Severity.ERROR, title="A service was renamed from a name that is free", acceptable=False)
def renames_are_possible(platform: Platform) -> Iterator[Finding]:
    """`renamed_from` begins with the name under which the data was made, for good.

    Two services of one original name would share databases and users; one renamed from a service that still exists
    would take its data. The same holds for the names in between: Terraform follows each of them to one service.

    Every former name stays in the list, for a state that is still at it.
    """
    names = {service.name for service in platform.services}
    first: dict[str, str] = {}
    for service in platform.services:
        for old, new in pairwise((*service.former_names, service.name)):
            means = ""
            fix = "Name what the service was called, oldest first, or leave it out"
            if old == new:
                means = "is the service's own name" if new == service.name else "stands there twice in a row"
                fix = "Leave it out"
            elif old in names - {service.name}:
                means = "a service of that name is in the catalog"
            elif first.setdefault(old, service.name) != service.name:
                means = f"{first[old]} was renamed from it too"
            if means:
                yield at_service(platform, service, "renamed_from", value=old, means=means, fix=fix)


@history_rule("AND069", severity=Severity.ERROR, title="An environment is torn down before it leaves the catalog")
def environments_are_torn_down(platform: Platform, previous: Output) -> Iterator[Finding]:
    """What an environment made runs on and is billed after its stacks are gone.

    The stacks of an environment that leaves the catalog go from `dist/`, but what they made runs on and is billed, and
    nobody can destroy it by its stack any more.

    Tear it down first, in the order that the guide "Tear an environment down" gives, then delete it from the catalog.
    Accept the finding (in Shared) once that is done.
    """
    known = {environment.name for environment in platform.environments}
    places = {place for place in map(environment_of, previous.stacks) if place is not None}
    for name in sorted({environment for environment, _ in places} - known):
        yield at_shared(
            platform,
            f"environments.{name}",
            means="the environment left the catalog, and what its stacks made would stay without them",
            fix="Destroy its stacks first, then accept this finding in Shared(accepted=…)",
        )
