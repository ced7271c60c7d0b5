"""Names: unique, known, and free of what the platform keeps for itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_environment, at_service, at_shared, at_tombstone
from andamio.checks.rule import rule
from andamio.contract.names import (
    RESERVED_TEAMS,
    database_name,
    gateway_host,
    pool_name,
    reserved_for_platform,
    state_bucket,
)
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.limits import BUCKET_NAME, CONNECTION_POOL_NAME, DATABASE_NAME
from andamio.model.per_env import PerEnv

_RESERVED_ENVIRONMENTS = {
    "shared": "the shared stacks are called `shared-…`, as its own would be",
    "default": "`per_env` calls the value of all other environments so",
}

_LONGEST_HOST = 253
"""Characters of a host name (RFC 1035: 255 octets on the wire)."""


@rule("AND003", severity=Severity.ERROR, title="A name is given once", acceptable=False)
def names_are_unique(platform: Platform) -> Iterator[Finding]:
    """Two services, environments, teams or tombstones of one name would overwrite each other's objects.

    Names become namespaces, folders, Terraform addresses and database names. Rename one of the two.
    """
    fix = "Give one of them another name"
    for name in _twice(service.name for service in platform.services):
        yield at_service(platform, name, "name", value=name, means="two services have that name", fix=fix)
    for name in _twice(environment.name for environment in platform.environments):
        yield at_environment(platform, name, "name", value=name, means="two environments have that name", fix=fix)
    for name in _twice(team.name for team in platform.shared.teams):
        yield at_shared(platform, "teams", value=name, means="two teams have that name", fix=fix)
    for name in _twice(tombstone.service for tombstone in platform.tombstones):
        means = "two tombstones name that service"
        yield at_tombstone(platform, name, "service", value=name, means=means, fix="Make one of the two")


@rule("AND004", severity=Severity.ERROR, title="per_env names environments that exist", acceptable=False)
def environments_are_known(platform: Platform) -> Iterator[Finding]:
    """A value for an environment that does not exist is never read: most often its name is misspelt.

    Then the environment that was meant silently gets the default. The same holds for the environments of a tombstone.
    What all environments share cannot differ between them.
    """
    known = [environment.name for environment in platform.environments]
    fix = f"Name one of {', '.join(known)}"
    plain: set[int] = set()
    for service in platform.services:
        for at, value in _varying(service, "", plain):
            for name in value.environments:
                if name not in known:
                    means = "per_env names an environment that does not exist"
                    yield at_service(
                        platform, service, at, value=name, means=means, fix=did_you_mean(name, known) or fix
                    )
    for tombstone in platform.tombstones:
        for name in tombstone.environments:
            if name not in known:
                yield at_tombstone(
                    platform,
                    tombstone.service,
                    "environments",
                    value=name,
                    means="no such environment",
                    fix=did_you_mean(name, known) or fix,
                )
    for at, _ in _varying(platform.shared, "", plain):
        means = "differs by environment, but all environments share it"
        yield at_shared(platform, at, means=means, fix="Give one value")


@rule("AND005", severity=Severity.ERROR, title="A name is not the platform's own", acceptable=False)
def names_are_free(platform: Platform) -> Iterator[Finding]:
    """A service's namespace, Argo CD Application and folder bear its name, and some belong to the platform.

    Kubernetes keeps names that begin with `kube-` for itself (its documentation of namespaces). A team's projects in
    Argo CD and in the registry bear its name, and both have some from the start. An environment's name must not make
    its stacks look like the shared ones.
    """
    for service in platform.services:
        if reserved_for_platform(service.name):
            yield at_service(
                platform,
                service,
                "name",
                value=service.name,
                means="the namespace, Application or folder of that name is the platform's",
                fix=f"Choose another name, such as {service.name.removeprefix('kube-')}-service",
            )
    for team in platform.shared.teams:
        if team.name in RESERVED_TEAMS:
            yield at_shared(
                platform,
                "teams",
                value=team.name,
                means="Argo CD or the registry has something of that name already",
                fix=f'Choose another name, such as "{team.name}-team"',
            )
    for environment in platform.environments:
        if environment.name in _RESERVED_ENVIRONMENTS:
            yield at_environment(
                platform,
                environment,
                "name",
                value=environment.name,
                means=_RESERVED_ENVIRONMENTS[environment.name],
                fix="Choose another name",
            )


@rule("AND009", severity=Severity.ERROR, title="Names made of names are valid and differ", acceptable=False)
def derived_names_work(platform: Platform) -> Iterator[Finding]:
    """Cloud names are made of the catalog's, and OVHcloud or DNS would refuse some of them late.

    Databases and pools take 40 and 63 characters, buckets 63, host names 253 (andamio.knowledge.ovh.limits names each
    source). A pool is addressed like a database, so a service called after another one's pool (`orders-pool` beside
    `orders`) would share its address.
    """
    databases = {}
    for service in platform.services:
        if service.database is None:
            continue
        databases[database_name(service)] = service
        for limit, name in ((DATABASE_NAME, database_name(service)), (CONNECTION_POOL_NAME, pool_name(service))):
            if problem := limit.problem(name):
                yield at_service(platform, service, "name", value=name, means=problem, fix="Choose another name")
    for service in platform.services:
        other = databases.get(pool_name(service)) if service.database is not None else None
        if other is not None:
            yield at_service(
                platform,
                other,
                "name",
                value=other.name,
                means=f"its database would be called like the connection pool of {service.name}, {pool_name(service)}",
                fix="Choose another name",
            )
    for environment in (None, *platform.environments):
        if problem := BUCKET_NAME.problem(state_bucket(platform.shared, environment)):
            yield at_shared(platform, "name", value=platform.shared.name, means=problem, fix="Choose a shorter name")
    for view in platform.views.values():
        for service in view.services:
            for index, route in enumerate(service.routes):
                host = gateway_host(view.environment, route.host)
                if len(host) > _LONGEST_HOST:
                    yield at_service(
                        platform,
                        service,
                        f"routes[{index}].host",
                        environment=view.environment,
                        value=route.host,
                        means=f"the full name has {len(host)} characters, more than {_LONGEST_HOST}",
                        fix="Choose a shorter host or domain",
                    )


@rule("AND020", severity=Severity.ERROR, title="A service belongs to a team that exists", acceptable=False)
def teams_are_known(platform: Platform) -> Iterator[Finding]:
    """The team decides who may see and change a service.

    The team decides who may see and change a service: its group in the single sign-on, its Argo CD project, its place
    in the registry.

    Teams are declared once, in `Shared(teams=…)`.
    """
    teams = [team.name for team in platform.shared.teams]
    for service in platform.services:
        if service.team not in teams:
            yield at_service(
                platform,
                service,
                "team",
                value=service.team,
                means="no such team",
                fix=did_you_mean(service.team, teams)
                or f"Name one of {', '.join(teams)}, or declare it in Shared(teams=…)",
            )


def _twice(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    again: set[str] = set()
    for name in names:
        (again if name in seen else seen).add(name)
    return sorted(again)


def _varying(value: object, at: str, plain: set[int]) -> Iterator[tuple[str, PerEnv[object]]]:
    """Every `PerEnv` inside `value` with its path. `plain` remembers models that hold none, many being defaults."""
    if isinstance(value, PerEnv):
        yield at, value
        for name, item in value.alternatives():
            yield from _varying(item, f"{at}<{name}>", plain)
    elif isinstance(value, BaseModel):
        if id(value) in plain:
            return
        found = False
        for name, item in value.__dict__.items():
            if item is None or isinstance(item, str | int | bool):
                continue
            for pair in _varying(item, f"{at}.{name}" if at else name, plain):
                found = True
                yield pair
        if not found:
            plain.add(id(value))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            if not isinstance(item, str):
                yield from _varying(item, f"{at}[{index}]", plain)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(item, str):
                yield from _varying(item, f'{at}["{key}"]', plain)
