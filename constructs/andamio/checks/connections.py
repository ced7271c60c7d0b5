"""Connections: whether databases and pools hold those that services open."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity
from andamio.checks.places import at_environment, at_service, each
from andamio.checks.rule import rule
from andamio.contract.footprint import runs, surge
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.databases import database_flavor, postgresql_connections
from andamio.model import Service

RESERVED_CONNECTIONS = 10
"""Connections of a cluster that are not for services: PostgreSQL keeps 3 for superusers (its default), OVHcloud's own
agents use a few, the grants Job one. Inferred with a margin."""

MIGRATION_CONNECTIONS = 2
"""Connections that a migration opens to the database itself, past the pool. An estimate."""

POOLED_CLIENTS = 5000
"""Client connections to the pools of one cluster at most (OVHcloud's public roadmap, item 120; no guide gives it)."""


def _clients(service: Service) -> int:
    """Connections that all pods of a service open to its pool at most, surge or overlapping runs included."""
    if service.database is None:
        return 0
    most = service.scaling.max
    pods = runs(service) if service.schedule is not None else most + surge(most)
    return pods * service.database.pool.client_connections


@rule("AND044", severity=Severity.ERROR, title="A cluster holds all pools and migrations at once")
def clusters_hold_their_pools(platform: Platform) -> Iterator[Finding]:
    """A cluster that runs out of connections fails every service on it.

    A pool that is asked for connections which the cluster does not have answers with errors, and not only to the
    service that asked.

    A PostgreSQL node takes about 100 connections for each 4 GB of memory, 1,000 at most (databases guide "PostgreSQL:
    Capabilities and Limitations"). Pool sizes count in full, each migration two, and ten are kept for OVHcloud and the
    grants Job (estimates). Make pools smaller, choose a larger flavor, or give a service a cluster of its own.
    """
    for view in platform.views.values():
        for cluster in view.database_clusters:
            size = database_flavor(cluster.settings.flavor)
            if size is None:
                continue
            limit = postgresql_connections(size) - RESERVED_CONNECTIONS
            pools = sum(service.database.pool.size for service in cluster.services if service.database)
            asked = pools + MIGRATION_CONNECTIONS * sum(s.migration is not None for s in cluster.services)
            if asked <= limit:
                continue
            means = f"holds {limit} connections for services, and the pools and migrations on it ask for {asked}"
            if cluster.dedicated:
                yield at_service(
                    platform,
                    cluster.services[0],
                    "database.pool.size",
                    environment=view.environment,
                    value=pools,
                    means=f"the flavor {size.name} {means}",
                    fix="Make the pool smaller, or the cluster's flavor larger",
                )
            else:
                yield at_environment(
                    platform,
                    view.environment,
                    "postgres.flavor",
                    value=size.name,
                    means=means,
                    fix="Make pools smaller, choose a larger flavor, or place a service's database on its own cluster",
                )


@rule("AND045", severity=Severity.ERROR, title="A session pool has a connection for each client")
def session_pools_suffice(platform: Platform) -> Iterator[Finding]:
    """In session mode a connection that is taken stays taken.

    In session mode a client keeps its server connection for as long as it is connected, and an application's own pool
    stays connected. When all replicas at once (a rolling update included) open more connections than the pool has, the
    last ones wait until a replica goes.

    In transaction mode clients share connections, so that their number may be larger.
    """
    for view, service in each(platform):
        database = service.database
        if database is not None and database.pool.mode == "session" and _clients(service) > database.pool.size:
            yield at_service(
                platform,
                service,
                "database.pool.size",
                environment=view.environment,
                value=database.pool.size,
                means=f"all pods together open up to {_clients(service)} connections, and each keeps its own",
                fix='Raise size, lower client_connections or scaling.max, or set mode="transaction"',
            )


@rule("AND130", severity=Severity.ERROR, title="A cluster's pools take all clients")
def pools_take_all_clients(platform: Platform) -> Iterator[Finding]:
    """Pools refuse clients beyond their limit.

    The pools of one cluster take about 5,000 client connections (OVHcloud's public roadmap, item 120; no guide gives a
    number). `max replicas * client_connections`, surge included, of all services on it has to stay below.
    """
    for view in platform.views.values():
        for cluster in view.database_clusters:
            clients = sum(_clients(service) for service in cluster.services)
            if clients > POOLED_CLIENTS:
                largest = max(cluster.services, key=lambda service: (_clients(service), service.name))
                yield at_service(
                    platform,
                    largest,
                    "database.pool.client_connections",
                    environment=view.environment,
                    value=largest.database.pool.client_connections if largest.database else None,
                    means=f"the services on {cluster.name} open up to {clients} connections to its pools,"
                    f" which take {POOLED_CLIENTS}",
                    fix="Lower client_connections or scaling.max, or place a database on a cluster of its own",
                )
