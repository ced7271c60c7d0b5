"""Routes: public hosts and paths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity
from andamio.checks.places import at_environment, at_service
from andamio.checks.rule import rule
from andamio.contract.platform import EnvironmentView, Platform
from andamio.model import Service


def _hosts(view: EnvironmentView) -> dict[str, list[tuple[str, Service, int]]]:
    """Host → (path, service, index of its route), by service. `/a` and `/a/` are one prefix to the Gateway API."""
    hosts: dict[str, list[tuple[str, Service, int]]] = defaultdict(list)
    for service in view.services:
        for index, route in enumerate(service.routes):
            hosts[route.host].append((route.path.rstrip("/") or "/", service, index))
    return hosts


@rule("AND027", severity=Severity.ERROR, title="A host and path lead to one service", acceptable=False)
def routes_are_unique(platform: Platform) -> Iterator[Finding]:
    """Which of two equal routes answers depends on what was applied first.

    Of two routes with one host and path prefix the Gateway takes the older object, so which one answers depends on what
    was applied first (Gateway API, HTTPRoute: conflict resolution). `/orders` and `/orders/` are the same prefix.
    """
    for view in platform.views.values():
        for host, routes in _hosts(view).items():
            first: dict[str, Service] = {}
            for path, service, index in routes:
                owner = first.setdefault(path, service)
                if owner is not service:
                    yield at_service(
                        platform,
                        service,
                        f"routes[{index}]",
                        environment=view.environment,
                        value=f"{host or '(domain)'}{path}",
                        means=f"{owner.name} has a route with that host and path",
                        fix="Give one of the two another path or host",
                    )


@rule("AND028", severity=Severity.WARNING, title="A route does not cut into another service's")
def routes_do_not_shadow(platform: Platform) -> Iterator[Finding]:
    """The longest prefix wins, and the other team may not know.

    The longest prefix wins: a route below another service's takes part of that service's paths away from it, and its
    team may not know.

    A route of `/` is a catch-all, from which others are meant to take. Accept the finding where it is meant, or let the
    outer service hand the requests on.
    """
    for view in platform.views.values():
        for host, routes in _hosts(view).items():
            if len(routes) < 2:
                continue
            owners = {path: service for path, service, _ in routes}
            for path, service, index in routes:
                for outer in _above(path):
                    owner = owners.get(outer)
                    if owner is not None and owner is not service:
                        yield at_service(
                            platform,
                            service,
                            f"routes[{index}]",
                            environment=view.environment,
                            value=f"{host or '(domain)'}{path}",
                            means=f"takes what begins with {path} away from {owner.name}, whose route is {outer}",
                            fix="Choose a path outside of it, or accept this finding with the reason",
                        )


@rule("AND114", severity=Severity.ERROR, title="A public host belongs to one environment", acceptable=False)
def hosts_are_of_one_environment(platform: Platform) -> Iterator[Finding]:
    """Users of one environment would land in the other.

    Two environments that publish one host name overwrite each other's DNS record, and users of one land in the other.

    It happens with one domain twice, or with a host under one domain that is the domain of another (`dev` under
    `shop.example` beside the domain `dev.shop.example`).
    """
    owners: dict[str, str] = {}
    for view in platform.views.values():
        environment = view.environment
        hosts = {route.host for service in view.services for route in service.routes} | {""}
        for host in sorted(hosts):
            name = f"{host}.{environment.domain.name}" if host else environment.domain.name
            owner = owners.setdefault(name, environment.name)
            if owner != environment.name:
                yield at_environment(
                    platform,
                    environment,
                    "domain.name",
                    value=environment.domain.name,
                    means=f"{owner} publishes {name} too",
                    fix="Give each environment a domain of its own",
                )


def _above(path: str) -> Iterator[str]:
    """Prefixes of `path` that end at a `/`, without the path itself and without `/`."""
    parts = path.strip("/").split("/")
    for length in range(1, len(parts)):
        yield "/" + "/".join(parts[:length])
