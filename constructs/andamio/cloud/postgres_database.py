"""A service's PostgreSQL database: owner, application user, connection pool and their credentials."""

from __future__ import annotations

from typing import cast

from andamio.cdktf import Construct
from andamio.cloud.data_addresses import Role
from andamio.cloud.postgres import ENGINE, certificate_authority
from andamio.cloud.stack import lifecycle
from andamio.cloud.store_access import StoreAccess
from andamio.cloud.store_cluster import SHORT_TIMEOUTS, USER_TIMEOUTS, endpoint
from andamio.contract.names import application_user, database_name, owner_user, pool_name
from andamio.contract.secrets import database_link, database_owner_link
from andamio.model import Postgres
from cdktf_cdktf_provider_ovh.cloud_project_database_database import CloudProjectDatabaseDatabase
from cdktf_cdktf_provider_ovh.cloud_project_database_postgresql_connection_pool import (
    CloudProjectDatabasePostgresqlConnectionPool,
)
from cdktf_cdktf_provider_ovh.cloud_project_database_postgresql_user import CloudProjectDatabasePostgresqlUser

__all__ = ["ServiceDatabase"]


class ServiceDatabase(Construct):
    """A database of a service's own on a cluster that is there already.

    The owner owns it and runs migrations, the application user works in it through the pool; neither has a role,
    and what each may do is granted in the cluster by a Job. The owner's credential is written only for a service
    with a migration, since nobody else reads it. `keep` makes Terraform refuse to destroy the database and its users,
    whose names are for good.
    """

    def __init__(self, scope: Construct, id_: str, *, access: StoreAccess, keep: bool) -> None:
        super().__init__(scope, id_)
        service, addresses = access.service, access.addresses
        pool = cast("Postgres", service.database).pool
        access.addressed(
            CloudProjectDatabaseDatabase(
                self,
                "database",
                service_name=access.project,
                cluster_id=access.cluster_id,
                engine=ENGINE,
                name=database_name(service),
                timeouts=dict(SHORT_TIMEOUTS),
                lifecycle=lifecycle(protect=keep),
            ),
            "database",
        )
        self._user(access, "owner", owner_user(service), keep=keep)
        self._user(access, "application", application_user(service), keep=keep)
        access.addressed(
            CloudProjectDatabasePostgresqlConnectionPool(
                self,
                "pool",
                service_name=access.project,
                cluster_id=access.cluster_id,
                database_id=addresses["database"].reference("id"),
                user_id=addresses["application"].reference("id"),
                name=pool_name(service),
                mode=pool.mode,
                size=pool.size,
                timeouts=dict(USER_TIMEOUTS),
            ),
            "pool",
        )
        host, ca = endpoint(access.cluster, ENGINE, "domain"), certificate_authority(access.cluster)
        access.write(
            self,
            "database-secret",
            role="database_secret",
            link=database_link(service),
            values={
                "host": host,
                "port": f"{addresses['pool']}.port",
                "database": f"{addresses['pool']}.name",
                "username": f"{addresses['application']}.name",
                "password": f"{addresses['application']}.password",
                "ca": ca,
            },
        )
        if "owner_secret" in addresses:
            access.write(
                self,
                "owner-secret",
                role="owner_secret",
                link=database_owner_link(service),
                values={
                    "host": host,
                    "port": endpoint(access.cluster, ENGINE, "port"),
                    "database": f"{addresses['database']}.name",
                    "username": f"{addresses['owner']}.name",
                    "password": f"{addresses['owner']}.password",
                    "ca": ca,
                },
            )

    def _user(self, access: StoreAccess, role: Role, name: str, *, keep: bool) -> None:
        access.addressed(
            CloudProjectDatabasePostgresqlUser(
                self,
                role,
                service_name=access.project,
                cluster_id=access.cluster_id,
                name=name,
                timeouts=dict(USER_TIMEOUTS),
                lifecycle=lifecycle(protect=keep),
            ),
            role,
        )
