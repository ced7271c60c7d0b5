"""Where in the catalog an argument of a Terraform resource comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from andamio.checks.finding import Finding
from andamio.checks.output import Resource
from andamio.checks.places import at_environment, at_service, at_shared
from andamio.checks.previous import DATABASE, TOPIC, environment_of
from andamio.contract.names import pools_per_zone
from andamio.contract.platform import EnvironmentView, Platform

__all__ = ["change_at"]

_CLUSTER = "ovh_cloud_project_database"
_NODE_POOL = "ovh_cloud_project_kube_nodepool"

_FIELDS: Mapping[tuple[str, str], str] = {
    ("ovh_cloud_project_kube", "region"): "region",
    ("ovh_cloud_project_kube", "version"): "cluster.version",
    ("ovh_cloud_project_kube", "plan"): "cluster.plan",
    ("ovh_cloud_project_kube", "private_network_id"): "network",
    ("ovh_cloud_project_kube", "nodes_subnet_id"): "network.nodes",
    ("ovh_cloud_project_kube", "ip_allocation_policy.pods_ipv4_cidr"): "network.pods",
    ("ovh_cloud_project_kube", "ip_allocation_policy.services_ipv4_cidr"): "network.services",
    ("ovh_cloud_project_kube_nodepool", "flavor_name"): "flavor",
    ("ovh_cloud_project_kube_nodepool", "availability_zones"): "zones",
    ("ovh_cloud_project_kube_nodepool", "name"): "name",
    ("ovh_cloud_project_network_private", "vlan_id"): "network.vlan",
    ("ovh_cloud_project_network_private_subnet", "network"): "network.nodes",
    ("ovh_cloud_project_network_private_subnet_v2", "cidr"): "network.nodes",
    ("ovh_cloud_project_storage", "region_name"): "state.region",
    ("ovh_cloud_project_storage", "name"): "state",
    ("ovh_okms", "region"): "keys.region",
    ("ovh_cloud_project_containerregistry", "region"): "registry.region",
    ("ovh_cloud_project_containerregistry", "plan_id"): "registry.plan",
    ("ovh_cloud_project_database", "nodes.region"): "region",
    ("ovh_cloud_project_database", "disk_size"): "disk",
}
"""Argument → the field of the catalog that sets it. `service_name` is always `project`."""

_TOPIC_FIELDS = ("partitions", "replication", "retention_hours")
_STORE_FIELDS = ("plan", "flavor", "version", "disk_size")


def change_at(
    platform: Platform, resource: Resource, path: str, *, value: object = None, means: str, fix: str
) -> Finding:
    """A finding about an argument of a resource, at the field of the catalog that sets it."""
    place = environment_of(resource.stack)
    field = "project" if path == "service_name" else _FIELDS.get((resource.type, path), path)
    if place is None:
        return at_shared(platform, field, value=value, means=means, fix=fix)
    view = platform.views.get(place[0])
    if view is not None:
        at, owner = _place(view, resource, path, field)
        if owner:
            return at_service(platform, owner, at, environment=view.environment, value=value, means=means, fix=fix)
        field = at
    return at_environment(platform, place[0], field, value=value, means=means, fix=fix)


def _place(view: EnvironmentView, resource: Resource, path: str, field: str) -> tuple[str, str]:
    """(field, service that has it; empty for the environment's own)."""
    find = _PLACES.get(resource.type)
    return find(view, resource, path, field) if find else (field, "")


def _topic(view: EnvironmentView, resource: Resource, path: str, field: str) -> tuple[str, str]:
    if path not in _TOPIC_FIELDS:
        return field, ""
    name = str(resource.body.get("name"))
    for service in view.services:
        for index, topic in enumerate(service.topics):
            if topic.name == name:
                return f"topics[{index}].{path}", service.name
    for service in view.services:
        if name in service.publishes:
            return f"publishes[{service.publishes.index(name)}]", service.name
    return field, ""


def _store(view: EnvironmentView, resource: Resource, path: str, field: str) -> tuple[str, str]:
    if path not in _STORE_FIELDS:
        return field, ""
    owner = resource.label.removesuffix("-cluster")
    service = view.by_name.get(owner) if owner != resource.label else None
    if service is None:
        return f"{resource.label}.{field}", ""
    own = service.database is not None and service.database.cluster is not None
    return (f"database.cluster.{field}", service.name) if own else (f"postgres.{field}", "")


def _database(view: EnvironmentView, resource: Resource, path: str, field: str) -> tuple[str, str]:
    service = view.by_name.get(resource.label.removesuffix("-database"))
    return ("database.placement", service.name) if service is not None and path == "cluster_id" else (field, "")


def _pool(view: EnvironmentView, resource: Resource, path: str, field: str) -> tuple[str, str]:
    zones = max(1, len(view.environment.zones))
    names = [name for name, _, _ in pools_per_zone(view.environment)]
    name = str(resource.body.get("name"))
    known = name in names and field in ("flavor", "name")
    return (f"pools[{names.index(name) // zones}].{field}", "") if known else (field, "")


_PLACES: Mapping[str, Callable[[EnvironmentView, Resource, str, str], tuple[str, str]]] = {
    TOPIC: _topic,
    DATABASE: _database,
    _CLUSTER: _store,
    _NODE_POOL: _pool,
}
"""Resource type → what finds the field that sets an argument."""
