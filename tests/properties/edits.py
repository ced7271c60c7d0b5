"""Edits of a catalog as teams make them, each leaving it valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from andamio.model import (
    Cache,
    Http,
    Image,
    Migration,
    Postgres,
    Release,
    Resources,
    Route,
    Scaling,
    Schedule,
    Service,
    Topic,
    per_env,
)
from tests.properties.declarations import Declarations, with_field

__all__ = ["KINDS", "Edit", "added", "edits", "released", "removed", "renamed", "without_data"]


@dataclass(frozen=True)
class Edit:
    """One edit: what is done, to which service, and a number that varies it."""

    kind: str
    service: int
    number: int

    def apply(self, declarations: Declarations) -> Declarations:
        """The catalog after it."""
        service = declarations.services[self.service % len(declarations.services)]
        return KINDS[self.kind](declarations, service, self.number)


def edits() -> st.SearchStrategy[Edit]:
    """Any edit."""
    return st.builds(Edit, st.sampled_from(sorted(KINDS)), st.integers(0, 9), st.integers(0, 9))


def added(declarations: Declarations, service: Service) -> Declarations:
    """The catalog with one more service, released everywhere."""
    grown = replace(declarations, services=(*declarations.services, service))
    return released(grown, service.name, "9")


def released(declarations: Declarations, name: str, letter: str | None, environment: str | None = None) -> Declarations:
    """The catalog with another image of a service, or none, in one environment or in all."""
    releases = {}
    for where, release in declarations.releases.items():
        services = dict(release.services)
        if environment in (None, where):
            services.pop(name, None)
            if letter is not None:
                services[name] = Image(tag=letter * 40, digest=f"sha256:{letter * 64}")
        releases[where] = Release(services=services)
    return replace(declarations, releases=releases)


def removed(declarations: Declarations, name: str) -> Declarations:
    """The catalog without a service, those that call it or read its topics included."""
    gone = next(service for service in declarations.services if service.name == name)
    services = []
    for service in declarations.services:
        if service is gone:
            continue
        if name in service.calls:
            service = _set(service, "calls", tuple(called for called in service.calls if called != name))
        if set(gone.publishes) & set(service.subscribes):
            kept = tuple(topic for topic in service.subscribes if topic not in gone.publishes)
            service = _set(service, "subscribes", kept)
        services.append(service)
    return released(replace(declarations, services=tuple(services)), name, None)


def renamed(declarations: Declarations, old: str, new: str, *, told: bool = False) -> Declarations:
    """The catalog with a service of another name; with `told`, it says what it was called."""

    def of(service: Service) -> Service:
        if service.name == old:
            service = _set(service, "name", new)
            return _set(service, "renamed_from", old) if told else service
        if old in service.calls:
            return _set(service, "calls", tuple(new if called == old else called for called in service.calls))
        return service

    releases = {
        where: Release(services={new if name == old else name: image for name, image in release.services.items()})
        for where, release in declarations.releases.items()
    }
    return replace(declarations, services=tuple(map(of, declarations.services)), releases=releases)


def without_data(service: Service) -> bool:
    """Whether nothing is lost when it goes."""
    return not (service.database or service.cache or service.publishes or service.topics or service.subscribes)


def _set(service: Service, field: str, value: object) -> Service:
    new = with_field(service, (field,), value)
    assert isinstance(new, Service)
    return new


def _with(field: str, value: Callable[[int], object]) -> Callable[[Declarations, Service, int], Declarations]:
    def apply(declarations: Declarations, service: Service, number: int) -> Declarations:
        return declarations.with_object("Service", service.name, _set(service, field, value(number)))

    return apply


def _calls(declarations: Declarations, service: Service, number: int) -> Declarations:
    answering = [one.name for one in declarations.services if one.http is not None and one.name != service.name]
    calls = tuple(answering[number % len(answering) :][:2]) if answering else ()
    return declarations.with_object("Service", service.name, _set(service, "calls", calls))


def _routes(declarations: Declarations, service: Service, number: int) -> Declarations:
    if service.http is None:
        return declarations
    routes = tuple(Route(host="api", path=f"/{service.name}/{index}") for index in range(number % 3))
    return declarations.with_object("Service", service.name, _set(service, "routes", routes))


def _database(declarations: Declarations, service: Service, number: int) -> Declarations:
    database = Postgres(extensions=("citext",)) if number % 2 else None
    migration = Migration(command=("/app/up",)) if number % 2 else None
    changed = _set(_set(service, "migration", None), "database", database)
    return declarations.with_object("Service", service.name, _set(changed, "migration", migration))


def _topics(declarations: Declarations, service: Service, number: int) -> Declarations:
    name = f"{service.name}-changed"
    if number % 2 == 0 or service.publishes:
        return declarations
    changed = _set(_set(service, "publishes", (name,)), "topics", (Topic(name=name, partitions=number),))
    return declarations.with_object("Service", service.name, changed)


def _add(declarations: Declarations, service: Service, number: int) -> Declarations:
    name = f"{('new', 'other', 'third')[number % 3]}-{service.name}"[:24].rstrip("-")
    if name in {one.name for one in declarations.services}:
        return declarations
    kinds = (
        Service(name=name, team="back", http=Http(port=9000 + number), calls=("letters",)),
        Service(name=name, team="back", schedule=Schedule(cron="1 1 * * *")),
        Service(name=name, team="back", cache=Cache(), resources=Resources(cpu=70)),
    )
    return added(declarations, kinds[number % 3])


def _remove(declarations: Declarations, service: Service, number: int) -> Declarations:
    return removed(declarations, service.name) if len(declarations.services) > 3 else declarations


def _rename(declarations: Declarations, service: Service, number: int) -> Declarations:
    new = f"{service.name.split('-', maxsplit=1)[0]}-{number}"
    taken = {one.name for one in declarations.services}
    return renamed(declarations, service.name, new) if without_data(service) and new not in taken else declarations


def _release(declarations: Declarations, service: Service, number: int) -> Declarations:
    environment = sorted(declarations.releases)[number % len(declarations.releases)]
    return released(declarations, service.name, None if number == 0 else str(number), environment)


def _shared(declarations: Declarations, service: Service, number: int) -> Declarations:
    return declarations.with_object(
        "Shared", "shared", with_field(declarations.shared, ("contact",), f"people{number}@full.example")
    )


def _environment(declarations: Declarations, service: Service, number: int) -> Declarations:
    one = declarations.environments[number % len(declarations.environments)]
    return declarations.with_object(
        "Environment", one.name, with_field(one, ("cluster", "api_allow"), (f"203.0.113.{number}/32",))
    )


KINDS: Mapping[str, Callable[[Declarations, Service, int], Declarations]] = {
    "add a service": _add,
    "call others": _calls,
    "change an environment": _environment,
    "change what is shared": _shared,
    "give a database or take it": _database,
    "lead routes to it": _routes,
    "publish a topic": _topics,
    "release another image": _release,
    "remove a service": _remove,
    "rename a service without data": _rename,
    "scale": _with("scaling", lambda number: per_env(Scaling(), prod=Scaling(min=2, max=3 + number))),
    "set a variable": _with("config", lambda number: {"NUMBER": str(number)}),
    "set memory": _with("resources", lambda number: Resources(memory=200 + number)),
}
"""What can be done → how: given the catalog, a service and a number."""
