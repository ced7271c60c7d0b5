"""Managed stores: plans, sizes, versions, backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_environment, at_service, each
from andamio.checks.rule import dated_rule, rule
from andamio.contract.platform import EnvironmentView, Platform
from andamio.knowledge.ovh.databases import (
    BACKUP_REGIONS,
    Engine,
    database_flavors,
    database_plan,
    database_plans,
    engine_versions,
)
from andamio.knowledge.ovh.regions import REGIONS, region
from andamio.model import KafkaCluster, PostgresCluster, ValkeyCluster

_NOTICE = timedelta(days=90)
_DATABASE_REGIONS = frozenset(one.database for one in REGIONS if one.database)
_LEAST_BACKUP_DAYS = 14
"""Days for which backups of a critical service are kept at least in production: those of two-node plans. A policy of
this project."""


@dataclass(frozen=True)
class _Store:
    """One managed cluster as the catalog declares it."""

    engine: Engine
    settings: PostgresCluster | ValkeyCluster | KafkaCluster
    view: EnvironmentView
    critical: bool
    """Whether a critical service keeps data in it."""

    found: Callable[..., Finding]
    """Makes a finding at one of its fields."""


def _stores(platform: Platform) -> Iterator[_Store]:
    """Every store that is declared or defaulted, the dedicated ones where they have settings of their own."""
    for view in platform.views.values():
        environment = view.environment

        def at(field: str, view: EnvironmentView = view, **details: object) -> Callable[..., Finding]:
            def make(name: str, **rest: object) -> Finding:
                return at_environment(platform, view.environment, f"{field}.{name}", **rest)  # type: ignore[arg-type]

            return make

        shared = next((c for c in view.database_clusters if not c.dedicated), None)
        # A dedicated cluster without settings of its own takes those of the environment.
        like_shared = [
            s
            for c in view.database_clusters
            for s in c.services
            if not c.dedicated or (s.database is not None and s.database.cluster is None)
        ]
        if shared or like_shared:
            critical = any(service.tier == "critical" for service in like_shared)
            yield _Store("postgresql", environment.postgres, view, critical, at("postgres"))
        if view.uses_valkey:
            critical = any(service.cache and service.tier == "critical" for service in view.services)
            yield _Store("valkey", environment.valkey, view, critical, at("valkey"))
        if view.uses_kafka:
            yield _Store("kafka", environment.kafka, view, False, at("kafka"))
    for view, service in each(platform):
        database = service.database
        if database is not None and database.placement == "dedicated" and database.cluster is not None:

            def make(name: str, view: EnvironmentView = view, owner: str = service.name, **rest: object) -> Finding:
                field = f"database.cluster.{name}"
                return at_service(platform, owner, field, environment=view.environment, **rest)  # type: ignore[arg-type]

            yield _Store("postgresql", database.cluster, view, service.tier == "critical", make)


@rule("AND040", severity=Severity.ERROR, title="A store's plan is one of its engine's", acceptable=False)
def plans_are_known(platform: Platform) -> Iterator[Finding]:
    """The plan decides the number of nodes and how long backups are kept.

    OVHcloud offers each engine in certain plans, which decide the number of nodes and how long backups are kept
    (databases guides "Capabilities and Limitations"; andamio.knowledge.ovh.databases).
    """
    for store in _stores(platform):
        known = [plan.name for plan in database_plans(store.engine)]
        if store.settings.plan not in known:
            yield store.found(
                "plan",
                value=store.settings.plan,
                means=f"{store.engine} has no such plan",
                fix=did_you_mean(store.settings.plan, known) or f"Choose one of {', '.join(known)}",
            )


@rule("AND041", severity=Severity.ERROR, title="A store's flavor is one that its plan takes", acceptable=False)
def flavors_fit_plans(platform: Platform) -> Iterator[Finding]:
    """Each generation of plans takes flavors of its own.

    Plans of the second generation take `db1-…`, those of the third (`production`, `advanced`) take `b3-…` (databases
    guide "Migrate from generation 2 to 3"). The provider would find out after minutes.
    """
    for store in _stores(platform):
        plan = database_plan(store.engine, store.settings.plan)
        known = [flavor.name for flavor in database_flavors(plan)] if plan else []
        if plan and store.settings.flavor not in known:
            yield store.found(
                "flavor",
                value=store.settings.flavor,
                means=f"the plan {plan.name} of {store.engine} does not take it",
                fix=f"Choose one of {', '.join(known)}",
            )


@rule("AND042", severity=Severity.ERROR, title="A store's version is one that OVHcloud offers")
def versions_are_known(platform: Platform) -> Iterator[Finding]:
    """An engine's version is written as OVHcloud does: `17`, `8.1`, `4.1`.

    What a project may order is in the data source `ovh_cloud_project_database_capabilities`; accept the finding where a
    newer version was seen there.
    """
    for store in _stores(platform):
        known = [version.version for version in engine_versions(store.engine)]
        if store.settings.version not in known:
            yield store.found(
                "version",
                value=store.settings.version,
                means=f"no version of {store.engine} that is known to be offered",
                fix=f"Choose one of {', '.join(known)}",
            )


@dated_rule("AND043", severity=Severity.WARNING, title="A store's version is supported for a while")
def versions_are_supported(platform: Platform, today: date) -> Iterator[Finding]:
    """After the end of life OVHcloud upgrades a cluster by itself, at a time that it chooses (public roadmap).

    The warning comes 90 days before, so that one can try the new version first. A version only goes up.
    """
    for store in _stores(platform):
        for version in engine_versions(store.engine):
            end = version.end_of_life
            if version.version == store.settings.version and end is not None and end - today < _NOTICE:
                verb = "ended" if end < today else "ends"
                yield store.found(
                    "version",
                    value=store.settings.version,
                    means=f"support {verb} on {end.isoformat()}, then OVHcloud upgrades it by itself",
                    fix=f"Raise it to {engine_versions(store.engine)[-1].version}, first in development",
                )


@rule("AND046", severity=Severity.ERROR, title="Only a dedicated database has a cluster of its own")
def clusters_need_a_place(platform: Platform) -> Iterator[Finding]:
    """`cluster` says how a dedicated cluster looks.

    A database on the environment's shared one takes that of the environment, so the settings would be read by nothing.
    """
    for view, service in each(platform):
        database = service.database
        if database is not None and database.cluster is not None and database.placement == "shared":
            yield at_service(
                platform,
                service,
                "database.cluster",
                environment=view.environment,
                value=f"{database.cluster.plan} {database.cluster.flavor}",
                means="the database lies on the shared cluster, so nothing reads these settings",
                fix='Set placement="dedicated" there, or leave cluster out there',
            )


@rule("AND047", severity=Severity.ERROR, title="Backups are kept in two regions at most, one the cluster's own")
def backup_regions_are_allowed(platform: Platform) -> Iterator[Finding]:
    """The provider takes at most two backup regions, one of which is the cluster's (provider documentation).

    Regions are named as databases name them: `GRA`, not `GRA11`, each once.
    """
    for store in _stores(platform):
        known = region(store.view.environment.region)
        if not isinstance(store.settings, PostgresCluster) or not store.settings.backup_regions:
            continue
        regions = store.settings.backup_regions
        own = known.database if known else None
        means = ""
        if len(set(regions)) > BACKUP_REGIONS:
            means = f"{len(set(regions))} regions, and OVHcloud takes {BACKUP_REGIONS} at most"
        elif own is not None and own not in regions:
            means = f"the cluster's own region {own} is not among them"
        elif len(set(regions)) < len(regions):
            means = "a region stands there twice"
        elif unknown := [name for name in regions if name not in _DATABASE_REGIONS]:
            means = f"no region of managed databases is known as {unknown[0]!r}"
        if means:
            yield store.found(
                "backup_regions", value=list(regions), means=means, fix=f'Give ("{own or "GRA"}", "one more") or none'
            )


@rule("AND048", severity=Severity.ERROR, title="A critical service's backups last two weeks in production")
def backups_last(platform: Platform) -> Iterator[Finding]:
    """A mistake in data is often found days later.

    The plan `essential` keeps backups of PostgreSQL for 2 days, on one node without a standby; `business` and
    `production` for 14; `enterprise` and `advanced` for 30 (databases guide "Automated backups"). Fourteen days for
    critical services is a policy of this project.
    """
    for store in _stores(platform):
        plan = database_plan(store.engine, store.settings.plan)
        if store.engine != "postgresql" or plan is None or store.view.environment.tier != "production":
            continue
        if store.critical and plan.backup_days < _LEAST_BACKUP_DAYS:
            better = [p.name for p in database_plans(store.engine) if p.backup_days >= _LEAST_BACKUP_DAYS]
            yield store.found(
                "plan",
                value=plan.name,
                means=f"backups are kept for {plan.backup_days} days, and a critical service keeps data there",
                fix=f"Choose one of {', '.join(better)}",
            )


@rule("AND049", severity=Severity.ERROR, title="Stores of production are protected from deletion")
def production_is_protected(platform: Platform) -> Iterator[Finding]:
    """One request would lose the data of every service on a store.

    With `deletion_protection` OVHcloud itself refuses to delete a store, whoever asks: Terraform, the console, a
    script. Without it one command loses the data of every service on it.
    """
    for store in _stores(platform):
        if store.view.environment.tier == "production" and not store.settings.deletion_protection:
            yield store.found(
                "deletion_protection",
                value=False,
                means="OVHcloud would delete the store at one request",
                fix="Leave it out: in production it is on by default",
            )
