"""Schedules: when jobs run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_service, each
from andamio.checks.rule import rule
from andamio.contract.footprint import runs
from andamio.contract.platform import Platform

_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of the month", 1, 31, ()),
    ("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    ("day of the week", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
"""Fields of a cron expression with the numbers and names that they take."""

_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_DAY = 24 * 60


@rule("AND017", severity=Severity.ERROR, title="A cron expression is one that Kubernetes reads", acceptable=False)
def cron_is_valid(platform: Platform) -> Iterator[Finding]:
    """Kubernetes' CronJob controller reads five fields: minute, hour, day of the month, month, day of the week.

    Each is `*`, a number, a range `a-b`, a step `*/n` or `a-b/n`, or a list of these; months and weekdays may be
    names (`jan`, `mon`). A date that no year has (30 February) never runs. The API server would refuse the object, or
    worse, take it and never run it.
    """
    for view, service in each(platform):
        if service.schedule is not None and (problem := _problem(service.schedule.cron)):
            yield at_service(
                platform,
                service,
                "schedule.cron",
                environment=view.environment,
                value=service.schedule.cron,
                means=problem,
                fix='Write five fields, such as "30 2 * * *" for every day at 02:30',
            )


@rule("AND018", severity=Severity.ERROR, title="A time zone is one of the time zone database", acceptable=False)
def time_zones_are_known(platform: Platform) -> Iterator[Finding]:
    """The API server refuses a time zone that it does not know.

    A CronJob's `timeZone` is a name of the IANA time zone database; abbreviations such as `CEST` are none, and the API
    server refuses what it does not know.
    """
    for view, service in each(platform):
        if service.schedule is not None and not _known_zone(service.schedule.time_zone):
            zone = service.schedule.time_zone
            yield at_service(
                platform,
                service,
                "schedule.time_zone",
                environment=view.environment,
                value=zone,
                means="no such time zone",
                fix=did_you_mean(zone, sorted(_zones())) or 'Write a name such as "Europe/Madrid"',
            )


@rule("AND037", severity=Severity.WARNING, title="Runs that may overlap do not pile up")
def runs_do_not_pile_up(platform: Platform) -> Iterator[Finding]:
    """With `concurrency="Allow"` each run that is not over yet goes on beside the next.

    The namespace's quota has room for three; the next one fails to start.

    A run ends after `deadline` at the latest. Either it ends sooner than three starts, or late runs are left out
    (`Forbid`) or ended (`Replace`).
    """
    for view, service in each(platform):
        schedule = service.schedule
        if schedule is None or schedule.concurrency != "Allow" or _problem(schedule.cron):
            continue
        gap = _shortest_gap(schedule.cron)
        if schedule.deadline > gap * 60 * runs(service):
            yield at_service(
                platform,
                service,
                "schedule.deadline",
                environment=view.environment,
                value=schedule.deadline,
                means=f"a run starts every {gap} minutes and may last {schedule.deadline // 60}: too many at once",
                fix='Set a shorter deadline, or concurrency="Forbid"',
            )


@cache
def _known_zone(name: str) -> bool:
    """Whether the time zone database has that name; where the machine has no database, nothing is held unknown."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return not _zones()
    return True


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _problem(cron: str) -> str | None:
    parts = cron.split()
    if len(parts) != len(_FIELDS):
        return f"has {len(parts)} fields instead of five"
    values = []
    for text, (name, low, high, names) in zip(parts, _FIELDS, strict=True):
        found = _values(text, low, high, names)
        if found is None:
            shown = f"{low} to {high}" + (f" or {names[0]} to {names[-1]}" if names else "")
            return f"the {name} {text!r} is not made of {shown}"
        values.append(found)
    days, months = values[2], values[3]
    if parts[4] == "*" and not any(min(days) <= _LONGEST_MONTHS.get(month, 31) for month in months):
        return "no year has that day, so it never runs"
    return None


def _values(text: str, low: int, high: int, names: tuple[str, ...]) -> frozenset[int] | None:
    found: set[int] = set()
    for item in text.split(","):
        span, slash, step = item.partition("/")
        if slash and not (step.isdecimal() and int(step) > 0):
            return None
        if span in ("*", "?"):
            first, last = low, high
        else:
            start, dash, end = span.partition("-")
            begun, ended = _number(start, low, names), _number(end, low, names)
            if begun is None or (dash and ended is None):
                return None
            first = begun
            last = ended if ended is not None else (high if slash else begun)
        if not low <= first <= last <= high:
            return None
        found.update(range(first, last + 1, int(step) if slash else 1))
    return frozenset(found)


def _number(text: str, low: int, names: tuple[str, ...]) -> int | None:
    if text.lower() in names:
        return names.index(text.lower()) + low
    return int(text) if text.isdecimal() and text.isascii() else None


@cache
def _shortest_gap(cron: str) -> int:
    """Minutes between two runs at least, on a day on which it runs and the next one."""
    minute, hour = cron.split()[:2]
    minutes, hours = _values(minute, 0, 59, ()) or frozenset({0}), _values(hour, 0, 23, ()) or frozenset({0})
    times = sorted(60 * h + m for h in hours for m in minutes)
    return min(later - earlier for earlier, later in zip(times, [*times[1:], times[0] + _DAY], strict=True))
