"""Managed databases: engines, plans, sizes, versions and their limits.

Sources: databases guides "Capabilities and Limitations" of PostgreSQL (June 2025), Valkey (April
2026) and Kafka (February 2025), "Migrate from generation 2 to 3" (May 2026), "Automated backups"
(May 2024), and the public roadmap for newer versions and ends of life.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

Engine: TypeAlias = Literal["kafka", "postgresql", "valkey"]
"""The engines that Andamio uses, as the provider writes them."""

ENGINES: Final[tuple[Engine, ...]] = ("kafka", "postgresql", "valkey")
"""Every engine that is known here."""


@dataclass(frozen=True, kw_only=True)
class DatabasePlan:
    """One plan of one engine."""

    engine: Engine
    name: str
    nodes: int
    """Nodes of a cluster; the provider wants as many `nodes` blocks."""

    generation: Literal[2, 3]
    """Which flavors it takes: `db1-…` in generation 2, `b3-…` in generation 3."""

    backup_days: int
    """Days for which backups are kept. 0: the engine has no backups."""

    inferred: bool = False
    """Whether nodes or retention are deduced from the generation 2 plan that it replaces."""


DATABASE_PLANS: Final[tuple[DatabasePlan, ...]] = (
    DatabasePlan(engine="postgresql", name="essential", nodes=1, generation=2, backup_days=2),
    DatabasePlan(engine="postgresql", name="business", nodes=2, generation=2, backup_days=14),
    DatabasePlan(engine="postgresql", name="enterprise", nodes=3, generation=2, backup_days=30),
    DatabasePlan(engine="postgresql", name="production", nodes=2, generation=3, backup_days=14, inferred=True),
    DatabasePlan(engine="postgresql", name="advanced", nodes=3, generation=3, backup_days=30, inferred=True),
    DatabasePlan(engine="valkey", name="essential", nodes=1, generation=2, backup_days=1),
    DatabasePlan(engine="valkey", name="business", nodes=2, generation=2, backup_days=3),
    DatabasePlan(engine="valkey", name="production", nodes=2, generation=3, backup_days=3),
    DatabasePlan(engine="kafka", name="business", nodes=3, generation=2, backup_days=0),
    DatabasePlan(engine="kafka", name="enterprise", nodes=6, generation=2, backup_days=0),
    DatabasePlan(engine="kafka", name="production", nodes=3, generation=3, backup_days=0, inferred=True),
    DatabasePlan(engine="kafka", name="advanced", nodes=6, generation=3, backup_days=0, inferred=True),
)
"""Plans by engine. A plan can be raised, never lowered."""


def database_plan(engine: str, name: str) -> DatabasePlan | None:
    """Return the plan of that engine and name, or None where it is not known."""
    return next((known for known in DATABASE_PLANS if (known.engine, known.name) == (engine, name)), None)


def database_plans(engine: str) -> tuple[DatabasePlan, ...]:
    """Return the plans of an engine, smallest first within a generation; empty where it is not known."""
    return tuple(known for known in DATABASE_PLANS if known.engine == engine)


@dataclass(frozen=True, kw_only=True)
class DatabaseFlavor:
    """The size of one node of a database cluster. It can be raised, never lowered."""

    name: str
    vcpus: int
    memory_gib: int
    generation: Literal[2, 3]


DATABASE_FLAVORS: Final[tuple[DatabaseFlavor, ...]] = (
    DatabaseFlavor(name="db1-4", vcpus=2, memory_gib=4, generation=2),
    DatabaseFlavor(name="db1-7", vcpus=2, memory_gib=7, generation=2),
    DatabaseFlavor(name="db1-15", vcpus=4, memory_gib=15, generation=2),
    DatabaseFlavor(name="db1-30", vcpus=8, memory_gib=30, generation=2),
    DatabaseFlavor(name="db1-60", vcpus=16, memory_gib=60, generation=2),
    DatabaseFlavor(name="db1-120", vcpus=32, memory_gib=120, generation=2),
    DatabaseFlavor(name="b3-8", vcpus=2, memory_gib=8, generation=3),
    DatabaseFlavor(name="b3-16", vcpus=4, memory_gib=16, generation=3),
    DatabaseFlavor(name="b3-32", vcpus=8, memory_gib=32, generation=3),
    DatabaseFlavor(name="b3-64", vcpus=16, memory_gib=64, generation=3),
    DatabaseFlavor(name="b3-128", vcpus=32, memory_gib=128, generation=3),
    DatabaseFlavor(name="b3-256", vcpus=64, memory_gib=256, generation=3),
)
"""Flavors of database nodes, smallest first within a generation."""

_MISSING_FLAVORS: Final = frozenset({("kafka", "business", "db1-120"), ("kafka", "enterprise", "db1-120")}) | {
    ("kafka", "enterprise", "db1-4")
}
"""Combinations that the page of Kafka leaves out."""


def database_flavor(name: str) -> DatabaseFlavor | None:
    """Return the database flavor of that name, or None where it is not known."""
    return next((known for known in DATABASE_FLAVORS if known.name == name), None)


def database_flavors(plan: DatabasePlan) -> tuple[DatabaseFlavor, ...]:
    """Return the flavors that a plan takes, smallest first.

    That every flavor of a generation is offered, beside those that a page leaves out, is inferred.
    """
    return tuple(
        known
        for known in DATABASE_FLAVORS
        if known.generation == plan.generation and (plan.engine, plan.name, known.name) not in _MISSING_FLAVORS
    )


@dataclass(frozen=True, kw_only=True)
class EngineVersion:
    """One version of an engine."""

    engine: Engine
    version: str
    end_of_life: date | None
    """The day after which OVHcloud upgrades it by itself. None: not announced."""

    inferred: bool = False
    """Whether the version or its date was deduced; the text of `ENGINE_VERSIONS` says how."""


ENGINE_VERSIONS: Final[tuple[EngineVersion, ...]] = (
    EngineVersion(engine="postgresql", version="14", end_of_life=date(2026, 11, 12)),
    EngineVersion(engine="postgresql", version="15", end_of_life=date(2027, 11, 11), inferred=True),
    EngineVersion(engine="postgresql", version="16", end_of_life=date(2028, 11, 9), inferred=True),
    EngineVersion(engine="postgresql", version="17", end_of_life=date(2029, 11, 8), inferred=True),
    EngineVersion(engine="postgresql", version="18", end_of_life=date(2030, 11, 14), inferred=True),
    EngineVersion(engine="valkey", version="7.2", end_of_life=None),
    EngineVersion(engine="valkey", version="8.0", end_of_life=None),
    EngineVersion(engine="valkey", version="8.1", end_of_life=None),
    EngineVersion(engine="kafka", version="3.8", end_of_life=None),
    EngineVersion(engine="kafka", version="4.0", end_of_life=date(2026, 10, 15)),
    EngineVersion(engine="kafka", version="4.1", end_of_life=None, inferred=True),
)
"""Versions, oldest first. The dates of PostgreSQL 15 to 18 are PostgreSQL's own, as that of 14 is; Kafka
4.1 is inferred from the announced end of 4.0. What a project may order is in the data source
`ovh_cloud_project_database_capabilities`."""


def engine_versions(engine: str) -> tuple[EngineVersion, ...]:
    """Return the versions of an engine, oldest first; empty where the engine is not known."""
    return tuple(known for known in ENGINE_VERSIONS if known.engine == engine)


MAX_CONNECTIONS: Final = 1000
"""Connections to a PostgreSQL or Kafka node at most, whatever its memory."""


def postgresql_connections(flavor: DatabaseFlavor) -> int:
    """Return about how many connections a PostgreSQL node takes, pools included.

    About 100 for each 4 GB of memory, at most 1000; the page's own examples (7 GB: 200, 15 GB:
    400) show that a started 4 GB counts. OVHcloud's own agents use a few of them.
    """
    return min(MAX_CONNECTIONS, 100 * math.ceil(flavor.memory_gib / 4))


VALKEY_BLOCKED_COMMANDS: Final[frozenset[str]] = frozenset({"acl", "config", "eval", "evalsha", "monitor", "script"})
"""Commands that managed Valkey refuses to every user: no Lua, so no rate limiter or lock built on it.
The page lists more; these are the ones that applications meet."""

BACKUP_REGIONS: Final = 2
"""Regions for backups at most, one of them the cluster's own (provider documentation)."""

NO_BACKUP_TIME: Final[frozenset[str]] = frozenset({"grafana", "kafka", "opensearch"})
"""Engines whose backup time cannot be set (provider documentation)."""

KAFKA_PERMISSIONS: Final[tuple[str, ...]] = ("admin", "read", "readwrite", "write")
"""Permissions of a Kafka access rule."""
