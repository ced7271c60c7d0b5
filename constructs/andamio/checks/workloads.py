"""Services: declarations that contradict each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from andamio.checks.finding import Finding, Severity
from andamio.checks.places import at_service, each
from andamio.checks.rule import rule
from andamio.contract.footprint import cpu_limit, memory_limit
from andamio.contract.names import scratch_volume
from andamio.contract.platform import Platform

_KEPT_FOLDERS = ("/run/secrets", "/proc", "/sys", "/dev", "/etc")
"""Folders of a container that secrets, the kernel or the image hold."""

_LONGEST_VOLUME = 63
"""Characters of a volume's name (Kubernetes: API validation, a DNS label)."""

_LISTS = ("calls", "publishes", "subscribes", "routes", "egress", "secrets")


@rule("AND010", severity=Severity.ERROR, title="A service answers requests or runs on a schedule", acceptable=False)
def one_kind(platform: Platform) -> Iterator[Finding]:
    """A scheduled job ends; a Service in front of it would lead nowhere.

    With `http` a service becomes a Deployment, with `schedule` a CronJob. Make two services of it when it does both.
    """
    for view, service in each(platform):
        if service.http is not None and service.schedule is not None:
            yield at_service(
                platform,
                service,
                "schedule",
                environment=view.environment,
                value=service.schedule.cron,
                means="the service has http too, and cannot be both",
                fix="Leave out one of the two, or make two services of it",
            )


@rule("AND011", severity=Severity.ERROR, title="Only a service with HTTP has routes", acceptable=False)
def routes_need_http(platform: Platform) -> Iterator[Finding]:
    """A public route leads to the port that `http` declares; without one it would answer every request with 503."""
    for view, service in each(platform):
        if service.routes and service.http is None:
            yield at_service(
                platform,
                service,
                "routes",
                environment=view.environment,
                value=[route.path for route in service.routes],
                means="the service has routes but no http",
                fix="Declare http=Http(port=…), or leave the routes out",
            )


@rule("AND012", severity=Severity.ERROR, title="Only a service with a database has a migration", acceptable=False)
def migrations_need_a_database(platform: Platform) -> Iterator[Finding]:
    """A migration runs as the owner of the service's database.

    A migration runs as the owner of the service's database; without one its Job waits for a secret that nobody writes,
    and Argo CD's synchronisation with it.
    """
    for view, service in each(platform):
        if service.migration is not None and service.database is None:
            yield at_service(
                platform,
                service,
                "migration",
                environment=view.environment,
                value=list(service.migration.command),
                means="the service has a migration but no database",
                fix="Declare database=Postgres(), or leave the migration out",
            )


@rule("AND016", severity=Severity.ERROR, title="A limit is at least the request", acceptable=False)
def limits_hold_requests(platform: Platform) -> Iterator[Finding]:
    """Kubernetes refuses a container whose limit is below its request (API validation of `resources`).

    Without a limit declared, CPU gets four times the request and memory exactly the request.
    """
    for view, service in each(platform):
        asked = service.resources
        for name, request, limit, unit in (
            ("cpu", asked.cpu, cpu_limit(asked), "millicores"),
            ("memory", asked.memory, memory_limit(asked), "MiB"),
        ):
            if limit < request:
                yield at_service(
                    platform,
                    service,
                    f"resources.{name}_limit",
                    environment=view.environment,
                    value=limit,
                    means=f"the limit is below the request of {request} {unit}",
                    fix=f"Set {name}_limit={request} or more, or ask for less",
                )


@rule("AND019", severity=Severity.ERROR, title="Scratch folders lie apart, and outside of what is mounted")
def scratch_folders_are_apart(platform: Platform) -> Iterator[Finding]:
    """Kubernetes refuses two mounts at one path, and a mount hides what lies under it.

    Kubernetes refuses two mounts at one path, and a folder over `/run/secrets`, `/etc` or a kernel's file system hides
    what lies there: the secrets, the certificates, the time zone.

    A scratch folder may lie inside another one; then the outer is mounted first. A volume is named after its folder,
    in which other characters than small letters and digits count three, and its name has 63 characters at most
    (Kubernetes: a DNS label).
    """
    for view, service in each(platform):
        seen: set[PurePosixPath] = set()
        for index, scratch in enumerate(service.scratch):
            path = PurePosixPath(scratch.path)
            kept = next(
                (f for f in _KEPT_FOLDERS if path == PurePosixPath(f) or PurePosixPath(f) in path.parents), None
            )
            means = ""
            if ".." in path.parts:
                means = "the path has `..` in it"
            elif path in seen:
                means = "another scratch folder lies there"
            elif kept or str(path) in ("/", "/run"):
                means = f"it would hide what lies under {kept or path}"
            elif len(scratch_volume(scratch)) > _LONGEST_VOLUME:
                means = f"its volume's name would have more than {_LONGEST_VOLUME} characters"
            seen.add(path)
            if means:
                yield at_service(
                    platform,
                    service,
                    f"scratch[{index}].path",
                    environment=view.environment,
                    value=scratch.path,
                    means=means,
                    fix="Choose a folder of its own, such as /tmp or /var/cache/app",
                )


@rule("AND029", severity=Severity.WARNING, title="A list names a thing once")
def nothing_twice(platform: Platform) -> Iterator[Finding]:
    """A second entry changes nothing, and one of the two was often meant to be another.

    The same callee, topic, route, host or secret twice in one list changes nothing: most often one of the two was meant
    to be another.
    """
    for view, service in each(platform):
        for name in _LISTS:
            items = getattr(service, name)
            if len(items) < 2:
                continue
            shown = [item if isinstance(item, str) else repr(item) for item in items]
            for text, times in Counter(shown).items():
                if times > 1:
                    index = len(shown) - 1 - shown[::-1].index(text)
                    item = items[index]
                    yield at_service(
                        platform,
                        service,
                        f"{name}[{index}]",
                        environment=view.environment,
                        value=item if isinstance(item, str) else getattr(item, "name", getattr(item, "host", text)),
                        means=f"stands in the list {times} times",
                        fix="Leave all but one out, or name what was meant",
                    )
