"""A managed cluster of PostgreSQL, Valkey or Kafka in the environment's private network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from andamio.cdktf import Construct
from andamio.cloud.data_addresses import Address
from andamio.cloud.stack import lifecycle
from andamio.knowledge.ovh.databases import Engine, database_plan
from andamio.knowledge.ovh.regions import region as known_region
from andamio.model import KafkaCluster, PostgresCluster, ValkeyCluster
from cdktf_cdktf_provider_ovh.cloud_project_database import CloudProjectDatabase

__all__ = ["SHORT_TIMEOUTS", "USER_TIMEOUTS", "StoreCluster", "StoreNetwork", "database_region", "endpoint"]

_TIMEOUTS: Final = MappingProxyType({"create": "90m", "update": "90m", "delete": "40m"})
"""A cluster that times out while it is made stays outside Terraform's state; the provider's default is 40 minutes."""

SHORT_TIMEOUTS: Final[Mapping[str, str]] = MappingProxyType({"create": "40m", "delete": "40m"})
"""For what lies on a cluster: OVHcloud changes one thing of a cluster at a time, so many of them queue."""


USER_TIMEOUTS: Final[Mapping[str, str]] = MappingProxyType({**SHORT_TIMEOUTS, "update": "40m"})
"""For users and pools, which can be changed too."""


@dataclass(frozen=True, kw_only=True)
class StoreNetwork:
    """Where clusters lie and who may reach them."""

    project: str
    """Public Cloud project."""

    region: str
    """Region as databases name it: `GRA`, not `GRA11`."""

    network_id: str
    """OpenStack id of the private network in the region."""

    subnet_id: str
    """Id of the subnet."""

    allowed: str
    """The one range that may connect: the nodes' subnet. OVHcloud wants it listed on a private network too."""


class StoreCluster(CloudProjectDatabase):
    """A managed cluster: one `nodes` block a node, reached from the nodes' subnet only.

    Plan, flavor and disk can be raised in place, engine and network are for good. `keep` makes Terraform refuse to
    destroy it; `deletion_protection` makes OVHcloud refuse.

    Raises:
        ValueError: the engine has no such plan.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        address: Address,
        name: str,
        engine: Engine,
        settings: PostgresCluster | ValkeyCluster | KafkaCluster,
        network: StoreNetwork,
        keep: bool,
    ) -> None:
        node = {"region": network.region, "network_id": network.network_id, "subnet_id": network.subnet_id}
        super().__init__(
            scope,
            id_,
            service_name=network.project,
            description=name,
            engine=engine,
            version=settings.version,
            plan=settings.plan,
            flavor=settings.flavor,
            nodes=[node] * _node_count(engine, settings.plan),
            ip_restrictions=[{"ip": network.allowed, "description": "nodes"}],
            maintenance_time=settings.maintenance_time,
            deletion_protection=settings.deletion_protection,
            **_disk_and_backups(settings, network.region),
            timeouts=dict(_TIMEOUTS),
            lifecycle=lifecycle(protect=keep),
        )
        self.override_logical_id(address.label)


def endpoint(cluster: Address, component: str, attribute: str) -> str:
    """An expression for an attribute of a cluster's endpoint, such as the port of `postgresql`."""
    return f'[for endpoint in {cluster}.endpoints : endpoint.{attribute} if endpoint.component == "{component}"][0]'


def database_region(region: str) -> str:
    """A Public Cloud region as databases name it, `GRA` for `GRA11`; an unknown one is left as it is."""
    known = known_region(region)
    return known.database or region if known else region


def _disk_and_backups(settings: PostgresCluster | ValkeyCluster | KafkaCluster, region: str) -> dict[str, Any]:
    """What only PostgreSQL has: OVHcloud keeps Valkey's backups at times of its own, and none of Kafka."""
    if not isinstance(settings, PostgresCluster):
        return {}
    return {
        "disk_size": settings.disk or None,
        "backup_time": settings.backup_time,
        "backup_regions": list(settings.backup_regions or (region,)),
    }


def _node_count(engine: Engine, plan: str) -> int:
    known = database_plan(engine, plan)
    if known is None:
        raise ValueError(f"{engine} has no plan {plan!r}")
    return known.nodes
