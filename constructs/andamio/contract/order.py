"""Lists whose order means nothing, in one order: so that what is built does not show who wrote them first."""

from __future__ import annotations

from andamio.model import PostgresCluster, Service

__all__ = ["cluster_in_order", "service_in_order"]


def service_in_order(service: Service) -> Service:
    """A service, resolved for an environment, with each list in order whose order means nothing.

    Commands, arguments and database extensions stay as declared: their order means something. What a cache user may do
    is a set to OVHcloud (provider schema); in order, what is allowed comes before what is taken away. Views are made of
    it, so the digest of a view does not change either; rules look at the declaration, whose positions they tell.
    """
    found: dict[str, object] = {
        "scratch": tuple(sorted(service.scratch, key=lambda one: one.path)),
        "secrets": tuple(
            sorted(
                (one.model_copy(update={"keys": tuple(sorted(one.keys))}) for one in service.secrets),
                key=lambda one: one.name,
            )
        ),
        "egress": tuple(
            sorted(
                (one.model_copy(update={"addresses": tuple(sorted(one.addresses))}) for one in service.egress),
                key=lambda one: (one.host, one.port, one.addresses),
            )
        ),
    }
    cache, database = service.cache, service.database
    if cache is not None:
        lists = ("categories", "commands", "channels")
        found["cache"] = cache.model_copy(update={name: tuple(sorted(getattr(cache, name))) for name in lists})
    if database is not None and database.cluster is not None:
        found["database"] = database.model_copy(update={"cluster": cluster_in_order(database.cluster)})
    changed = {name: value for name, value in found.items() if value != getattr(service, name)}
    return service.model_copy(update=changed) if changed else service


def cluster_in_order(cluster: PostgresCluster) -> PostgresCluster:
    """A PostgreSQL cluster with its backup regions in order."""
    return cluster.model_copy(update={"backup_regions": tuple(sorted(cluster.backup_regions))})
