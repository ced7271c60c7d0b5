"""What the grants of an environment are made from: plain data, which starts no jsii."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.contract.names import application_user, database_name, owner_user
from andamio.contract.platform import EnvironmentView
from andamio.contract.views import Context, context, store_ports
from andamio.kubernetes.grants_sql import DatabaseGrants

__all__ = ["ClusterGrants", "GrantsView", "grants_view"]


@dataclass(frozen=True, kw_only=True)
class ClusterGrants:
    """One PostgreSQL cluster and the databases on it."""

    name: str
    """`postgres`, or `postgres-<service>` for a dedicated one."""

    databases: tuple[DatabaseGrants, ...]
    ports: tuple[int, ...]
    """TCP ports of the cluster."""


@dataclass(frozen=True, kw_only=True)
class GrantsView:
    """What the grants of an environment are made from."""

    context: Context
    clusters: tuple[ClusterGrants, ...]


def grants_view(view: EnvironmentView) -> GrantsView:
    """The databases of an environment, by cluster; whether their services are deployed does not matter."""
    return GrantsView(
        context=context(view),
        clusters=tuple(
            ClusterGrants(
                name=cluster.name,
                ports=store_ports(view, cluster.name),
                databases=tuple(
                    DatabaseGrants(
                        database=database_name(service),
                        owner=owner_user(service),
                        application=application_user(service),
                        extensions=service.database.extensions,
                    )
                    for service in cluster.services
                    if service.database is not None
                ),
            )
            for cluster in view.database_clusters
        ),
    )
