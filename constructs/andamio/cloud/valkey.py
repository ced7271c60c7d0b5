"""The environment's Valkey, and a service's access to its own part of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from andamio.cdktf import Construct
from andamio.cloud.data_addresses import Address, Role
from andamio.cloud.secret import WrittenSecret, literal, texts
from andamio.cloud.store_cluster import SHORT_TIMEOUTS, StoreCluster, StoreNetwork, endpoint
from andamio.contract.names import valkey_user
from andamio.contract.secrets import cache_link
from andamio.model import Cache, Service, ValkeyCluster
from cdktf_cdktf_provider_ovh.cloud_project_database_valkey_user import CloudProjectDatabaseValkeyUser

__all__ = ["ENGINE", "ServiceCache", "ValkeyStore", "key_prefix"]

ENGINE: Final = "valkey"


class ValkeyStore(StoreCluster):
    """The Valkey cluster of an environment. OVHcloud takes its snapshots by itself, at no time of ours."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        address: Address,
        cloud_name: str,
        settings: ValkeyCluster,
        network: StoreNetwork,
        keep: bool,
    ) -> None:
        super().__init__(
            scope,
            id_,
            address=address,
            name=cloud_name,
            engine=ENGINE,
            version=settings.version,
            plan=settings.plan,
            flavor=settings.flavor,
            network=network,
            maintenance_time=settings.maintenance_time,
            deletion_protection=settings.deletion_protection,
            keep=keep,
        )


class ServiceCache(Construct):
    """A Valkey user that may use its declared categories and commands, on keys that begin with `<service>:` only.

    Its credential has no certificate authority: OVHcloud gives none for this engine (its data source of certificates
    knows Kafka, MySQL and PostgreSQL), the servers' certificates are of a public one.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: Service,
        addresses: Mapping[Role, Address],
        cluster: Address,
        project: str,
        key_store_id: str,
    ) -> None:
        super().__init__(scope, id_)
        settings = cast("Cache", service.cache)
        user = CloudProjectDatabaseValkeyUser(
            self,
            "user",
            service_name=project,
            cluster_id=cluster.reference("id"),
            name=valkey_user(service),
            categories=list(settings.categories),
            keys=[f"{key_prefix(service)}*"],
            channels=list(settings.channels),
            commands=list(settings.commands),
            timeouts={**SHORT_TIMEOUTS, "update": "40m"},
        )
        user.override_logical_id(addresses["cache"].label)
        WrittenSecret(
            self,
            "secret",
            label=addresses["cache_secret"].label,
            link=cache_link(service),
            key_store_id=key_store_id,
            values=texts(
                {
                    "host": endpoint(cluster, ENGINE, "domain"),
                    "port": endpoint(cluster, ENGINE, "port"),
                    "username": f"{addresses['cache']}.name",
                    "password": f"{addresses['cache']}.password",
                    "prefix": literal(key_prefix(service)),
                }
            ),
        )


def key_prefix(service: Service) -> str:
    """What every key of a service begins with: its original name and a colon."""
    return f"{service.original_name}:"
