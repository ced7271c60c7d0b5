"""Cron expressions as Kubernetes reads them."""

from __future__ import annotations

import pytest

from andamio.checks.run import run
from andamio.model import Schedule
from tests.checks.planting import BASE
from tests.checks.shop import TODAY

VALID = [
    "* * * * *",
    "*/15 * * * *",
    "0 6 1,15 * *",
    "30 2 * * mon-fri",
    "0 0 29 2 *",
    "0 0 1 JAN,jul *",
    "10-50/20 8-18 * * 1-5",
    "0 0 31 * 1",
    "5/10 * ? * ?",
    "0 0 30 2 mon",
]
WRONG = [
    ("60 * * * *", "minute '60'"),
    ("* 24 * * *", "hour '24'"),
    ("* * 0 * *", "day of the month '0'"),
    ("* * 32 * *", "day of the month '32'"),
    ("* * * 13 *", "month '13'"),
    ("* * * * 7", "day of the week '7'"),
    ("* * * * sunday", "day of the week 'sunday'"),
    ("*/0 * * * *", "minute '\\*/0'"),
    ("5-1 * * * *", "minute '5-1'"),
    ("1, * * * *", "minute '1,'"),
    ("-1 * * * *", "minute '-1'"),
    ("1-2-3 * * * *", "minute '1-2-3'"),
    ("*/x * * * *", "minute"),
    ("0 0 30 2 *", "no year has that day"),
    ("0 0 31 4,6,9,11 *", "no year has that day"),
]


def findings(**schedule: object) -> list[str]:
    platform = BASE.service("nightly", schedule=Schedule(**schedule)).platform()
    return [str(finding) for finding in run(platform, today=TODAY)]


@pytest.mark.parametrize("cron", VALID)
def test_what_kubernetes_reads_is_fine(cron: str) -> None:
    assert findings(cron=cron) == []


@pytest.mark.parametrize(("cron", "said"), WRONG)
def test_what_kubernetes_refuses_is_found(cron: str, said: str) -> None:
    [finding] = findings(cron=cron)
    assert finding.startswith("AND017")
    assert said.replace("\\", "") in finding


@pytest.mark.parametrize(
    ("cron", "deadline", "expected"),
    [
        ("0 2 * * *", 3 * 86400, 0),
        ("0 2 * * *", 3 * 86400 + 60, 1),
        ("0,10 * * * *", 1800, 0),
        ("0,10 * * * *", 1860, 1),
    ],
)
def test_more_than_three_runs_at_once_are_too_many(cron: str, deadline: int, expected: int) -> None:
    assert len(findings(cron=cron, deadline=deadline, concurrency="Allow")) == expected
    assert findings(cron=cron, deadline=deadline, concurrency="Forbid") == []


def test_a_time_zone_names_the_nearest() -> None:
    [finding] = findings(cron="0 2 * * *", time_zone="Europe/Madird")
    assert 'Did you mean "Europe/Madrid"?' in finding


@pytest.mark.parametrize("zone", ["", "CEST+1", "../etc/passwd", "Europe", "Madrid"])
def test_what_is_no_time_zone_is_found(zone: str) -> None:
    [finding] = findings(cron="0 2 * * *", time_zone=zone)
    assert finding.startswith("AND018")
