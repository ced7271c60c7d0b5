"""The CronJob of a scheduled job."""

from __future__ import annotations

import pytest

from andamio.kubernetes.deployment import RELOAD
from andamio.model import Cache, Schedule

from .shop import built, find, names, pod, service

NIGHTLY = Schedule(
    cron="*/15 3 1-5 * 1",
    time_zone="Europe/Paris",
    concurrency="Replace",
    deadline=900,
    retries=4,
    suspended=True,
)


def test_a_job_runs_as_its_schedule_says() -> None:
    spec = find(built(service(schedule=NIGHTLY)), "CronJob")["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == (
        "*/15 3 1-5 * 1",
        "Europe/Paris",
        "Replace",
    )
    assert spec["suspend"] is True
    assert (spec["jobTemplate"]["spec"]["activeDeadlineSeconds"], spec["jobTemplate"]["spec"]["backoffLimit"]) == (
        900,
        4,
    )


@pytest.mark.parametrize("concurrency", ["Forbid", "Replace", "Allow"])
def test_what_happens_to_overlapping_runs_is_declared(concurrency: str) -> None:
    schedule = Schedule(cron="0 3 * * *", concurrency=concurrency)
    assert find(built(service(schedule=schedule)), "CronJob")["spec"]["concurrencyPolicy"] == concurrency


def test_an_eviction_is_no_failed_try() -> None:
    template = find(built(service(schedule=NIGHTLY)), "CronJob")["spec"]["jobTemplate"]["spec"]
    assert template["podFailurePolicy"]["rules"][0]["action"] == "Ignore"
    assert template["template"]["spec"]["restartPolicy"] == "Never"


def test_a_secret_that_changes_starts_no_run() -> None:
    job = find(built(service(schedule=NIGHTLY, cache=Cache())), "CronJob")
    assert RELOAD not in job["metadata"]["annotations"]
    assert pod(job)["volumes"][0]["secret"]["secretName"] == "cache"


def test_a_job_has_nothing_that_serves() -> None:
    found = built(service(schedule=NIGHTLY))
    kinds = {body["kind"] for body in found}
    assert not kinds & {"Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "HTTPRoute"}
    assert names(found, "CronJob") == {"orders"}
