from __future__ import annotations

from datetime import date

import pytest

from andamio.knowledge.ovh.databases import (
    DATABASE_PLANS,
    ENGINE_VERSIONS,
    database_flavor,
    database_flavors,
    database_plan,
    database_plans,
    engine_versions,
    postgresql_connections,
)


@pytest.mark.parametrize(
    ("flavor", "connections"),
    [("db1-4", 100), ("db1-7", 200), ("db1-15", 400), ("b3-8", 200), ("b3-32", 800), ("b3-256", 1000)],
)
def test_connections_follow_memory_up_to_a_cap(flavor: str, connections: int) -> None:
    assert postgresql_connections(database_flavor(flavor)) == connections


def test_plans() -> None:
    assert database_plan("postgresql", "business").nodes == 2
    assert database_plan("postgresql", "advanced").backup_days == 30
    assert database_plan("kafka", "essential") is None
    assert [plan.name for plan in database_plans("valkey")] == ["essential", "business", "production"]
    assert all(plan.backup_days == 0 for plan in database_plans("kafka"))


def test_each_plan_takes_flavors_of_its_generation() -> None:
    for plan in DATABASE_PLANS:
        flavors = database_flavors(plan)
        assert flavors
        assert {flavor.generation for flavor in flavors} == {plan.generation}
    names = [flavor.name for flavor in database_flavors(database_plan("kafka", "enterprise"))]
    assert names == ["db1-7", "db1-15", "db1-30", "db1-60"]


def test_postgresql_14_ends_first() -> None:
    ends = [version.end_of_life for version in engine_versions("postgresql")]
    assert ends[0] == date(2026, 11, 12)
    assert ends == sorted(ends)
    assert len(ENGINE_VERSIONS) == len({(known.engine, known.version) for known in ENGINE_VERSIONS})
