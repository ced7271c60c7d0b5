"""A service's PostgreSQL database: owner, application user, connection pool and their credentials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from andamio.cdktf import Construct
from andamio.cloud.data_addresses import Address, Role
from andamio.cloud.postgres import ENGINE, certificate_authority
from andamio.cloud.secret import WrittenSecret, texts
from andamio.cloud.stack import lifecycle
from andamio.cloud.store_cluster import SHORT_TIMEOUTS, endpoint
from andamio.contract.names import application_user, database_name, owner_user, pool_name
from andamio.contract.secrets import database_link, database_owner_link
from andamio.model import Postgres, Service
from cdktf_cdktf_provider_ovh.cloud_project_database_database import CloudProjectDatabaseDatabase
from cdktf_cdktf_provider_ovh.cloud_project_database_postgresql_connection_pool import (
    CloudProjectDatabasePostgresqlConnectionPool,
)
from cdktf_cdktf_provider_ovh.cloud_project_database_postgresql_user import CloudProjectDatabasePostgresqlUser

__all__ = ["ServiceDatabase"]

_USER_TIMEOUTS = {**SHORT_TIMEOUTS, "update": "40m"}


class ServiceDatabase(Construct):
    """A database of a service's own on a cluster that is there already.

    The owner owns it and runs migrations, the application user works in it through the pool; neither has a role,
    and what each may do is granted in the cluster by a Job. The owner's credential is written only for a service
    with a migration, since nobody else reads it. `keep` makes Terraform refuse to destroy the database and its users,
    whose names are for good.
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
        keep: bool,
    ) -> None:
        super().__init__(scope, id_)
        settings = cast("Postgres", service.database)
        cluster_id = cluster.reference("id")

        database = CloudProjectDatabaseDatabase(
            self,
            "database",
            service_name=project,
            cluster_id=cluster_id,
            engine=ENGINE,
            name=database_name(service),
            timeouts=dict(SHORT_TIMEOUTS),
            lifecycle=lifecycle(protect=keep),
        )
        database.override_logical_id(addresses["database"].label)
        names: tuple[tuple[Role, str], ...] = (
            ("owner", owner_user(service)),
            ("application", application_user(service)),
        )
        for role, name in names:
            user = CloudProjectDatabasePostgresqlUser(
                self,
                role,
                service_name=project,
                cluster_id=cluster_id,
                name=name,
                timeouts=dict(_USER_TIMEOUTS),
                lifecycle=lifecycle(protect=keep),
            )
            user.override_logical_id(addresses[role].label)
        pool = CloudProjectDatabasePostgresqlConnectionPool(
            self,
            "pool",
            service_name=project,
            cluster_id=cluster_id,
            database_id=addresses["database"].reference("id"),
            user_id=addresses["application"].reference("id"),
            name=pool_name(service),
            mode=settings.pool.mode,
            size=settings.pool.size,
            timeouts=dict(_USER_TIMEOUTS),
        )
        pool.override_logical_id(addresses["pool"].label)

        host, ca = endpoint(cluster, ENGINE, "domain"), certificate_authority(cluster)
        WrittenSecret(
            self,
            "database-secret",
            label=addresses["database_secret"].label,
            link=database_link(service),
            key_store_id=key_store_id,
            values=texts(
                {
                    "host": host,
                    "port": f"{addresses['pool']}.port",
                    "database": f"{addresses['pool']}.name",
                    "username": f"{addresses['application']}.name",
                    "password": f"{addresses['application']}.password",
                    "ca": ca,
                }
            ),
        )
        if "owner_secret" in addresses:
            WrittenSecret(
                self,
                "owner-secret",
                label=addresses["owner_secret"].label,
                link=database_owner_link(service),
                key_store_id=key_store_id,
                values=texts(
                    {
                        "host": host,
                        "port": endpoint(cluster, ENGINE, "port"),
                        "database": f"{addresses['database']}.name",
                        "username": f"{addresses['owner']}.name",
                        "password": f"{addresses['owner']}.password",
                        "ca": ca,
                    }
                ),
            )
