"""A service's access to its own part of the environment's Valkey."""

from __future__ import annotations

from typing import Final, cast

from andamio.cdktf import Construct
from andamio.cloud.secret import literal
from andamio.cloud.store_access import StoreAccess
from andamio.cloud.store_cluster import USER_TIMEOUTS, endpoint
from andamio.contract.names import valkey_user
from andamio.contract.secrets import cache_link
from andamio.model import Cache, Service
from cdktf_cdktf_provider_ovh.cloud_project_database_valkey_user import CloudProjectDatabaseValkeyUser

__all__ = ["ENGINE", "ServiceCache", "key_prefix"]

ENGINE: Final = "valkey"


class ServiceCache(Construct):
    """A Valkey user that may use its declared categories and commands, on keys that begin with `<service>:` only.

    Its credential has no certificate authority: OVHcloud gives none for this engine (its data source of certificates
    knows Kafka, MySQL and PostgreSQL), the servers' certificates are of a public one.
    """

    def __init__(self, scope: Construct, id_: str, *, access: StoreAccess) -> None:
        super().__init__(scope, id_)
        service, user = access.service, access.addresses["cache"]
        settings, prefix = cast("Cache", service.cache), key_prefix(service)
        access.addressed(
            CloudProjectDatabaseValkeyUser(
                self,
                "user",
                service_name=access.project,
                cluster_id=access.cluster_id,
                name=valkey_user(service),
                categories=list(settings.categories),
                keys=[f"{prefix}*"],
                channels=list(settings.channels),
                commands=list(settings.commands),
                timeouts=dict(USER_TIMEOUTS),
            ),
            "cache",
        )
        access.write(
            self,
            "secret",
            role="cache_secret",
            link=cache_link(service),
            values={
                "host": endpoint(access.cluster, ENGINE, "domain"),
                "port": endpoint(access.cluster, ENGINE, "port"),
                "username": f"{user}.name",
                "password": f"{user}.password",
                "prefix": literal(prefix),
            },
        )


def key_prefix(service: Service) -> str:
    """What every key of a service begins with: its original name and a colon."""
    return f"{service.original_name}:"
