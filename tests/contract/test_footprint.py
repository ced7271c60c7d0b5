"""What a service takes of its cluster at most."""

from __future__ import annotations

import pytest

from andamio.contract.footprint import Footprint, ceiling, cpu_limit, footprint, memory_limit, surge
from andamio.model import Migration, Resources, Scaling, Schedule, Service

ONE = Resources(cpu=100, memory=256)


def service(**fields: object) -> Service:
    return Service(name="orders", team="commerce", resources=ONE, **fields)


@pytest.mark.parametrize(("replicas", "more"), [(1, 1), (4, 1), (5, 2), (20, 5)])
def test_surge_is_a_quarter_rounded_up(replicas: int, more: int) -> None:
    assert surge(replicas) == more


def test_a_rollout_at_the_largest_scale_with_its_migration_counts() -> None:
    found = footprint(service(scaling=Scaling(min=1, max=4), migration=Migration(command=("up",))))
    assert found == Footprint(pods=6, cpu=600, memory=1536, cpu_limit=2400, memory_limit=1536)


def test_a_namespace_may_also_hold_the_pods_that_are_ending() -> None:
    assert ceiling(service(scaling=Scaling(min=1, max=8))).pods == 8 + 2 + 2


@pytest.mark.parametrize(("concurrency", "pods"), [("Forbid", 1), ("Replace", 1), ("Allow", 3)])
def test_runs_of_a_job_count_as_far_as_they_may_overlap(concurrency: str, pods: int) -> None:
    job = service(schedule=Schedule(cron="0 3 * * *", concurrency=concurrency))
    assert footprint(job).pods == pods
    assert ceiling(job).pods == pods + 1


def test_limits_are_four_times_the_cpu_and_the_memory_unless_declared() -> None:
    assert (cpu_limit(ONE), memory_limit(ONE)) == (400, 256)
    declared = Resources(cpu=100, memory=256, cpu_limit=150, memory_limit=512)
    assert (cpu_limit(declared), memory_limit(declared)) == (150, 512)
