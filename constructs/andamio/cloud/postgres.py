"""A managed PostgreSQL cluster, its administrator and its certificate authority."""

from __future__ import annotations

from typing import Final

from andamio.cdktf import Construct
from andamio.cloud.data_addresses import Address
from andamio.cloud.secret import WrittenSecret, literal, texts
from andamio.cloud.store_cluster import StoreCluster, StoreNetwork, endpoint
from andamio.contract.secrets import database_admin_link
from andamio.model import PostgresCluster
from cdktf_cdktf_provider_ovh.cloud_project_database_postgresql_user import CloudProjectDatabasePostgresqlUser
from cdktf_cdktf_provider_ovh.data_ovh_cloud_project_database_certificates import (
    DataOvhCloudProjectDatabaseCertificates,
)

__all__ = ["ADMINISTRATOR", "DEFAULT_DATABASE", "ENGINE", "PostgresStore", "certificate_authority"]

ENGINE: Final = "postgresql"

ADMINISTRATOR = "avnadmin"
"""The administrator that OVHcloud makes with each cluster."""

DEFAULT_DATABASE = "defaultdb"
"""The database that OVHcloud makes with each cluster; the administrator connects to it first."""

_PASSWORD_RESET = "1"  # noqa: S105 - not a password: a change of this text makes the provider set a new one


class PostgresStore(Construct):
    """A PostgreSQL cluster with its administrator's credential in the key store.

    The provider takes the user `avnadmin` for the one that exists, sets a new password and leaves it when it is
    destroyed. Only the Job that sets ownership and grants reads this credential.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: Address,
        admin: Address,
        admin_secret: Address,
        name: str,
        cloud_name: str,
        settings: PostgresCluster,
        network: StoreNetwork,
        key_store_id: str,
        keep: bool,
    ) -> None:
        super().__init__(scope, id_)
        StoreCluster(
            self,
            "cluster",
            address=cluster,
            name=cloud_name,
            engine=ENGINE,
            settings=settings,
            network=network,
            keep=keep,
        )
        certificates = DataOvhCloudProjectDatabaseCertificates(
            self,
            "certificates",
            service_name=network.project,
            engine=ENGINE,
            cluster_id=cluster.reference("id"),
        )
        certificates.override_logical_id(cluster.label)
        user = CloudProjectDatabasePostgresqlUser(
            self,
            "admin",
            service_name=network.project,
            cluster_id=cluster.reference("id"),
            name=ADMINISTRATOR,
            password_reset=_PASSWORD_RESET,
        )
        user.override_logical_id(admin.label)
        WrittenSecret(
            self,
            "admin-secret",
            label=admin_secret.label,
            link=database_admin_link(name),
            key_store_id=key_store_id,
            values=texts(
                {
                    "host": endpoint(cluster, ENGINE, "domain"),
                    "port": endpoint(cluster, ENGINE, "port"),
                    "database": literal(DEFAULT_DATABASE),
                    "username": f"{admin}.name",
                    "password": f"{admin}.password",
                    "ca": certificate_authority(cluster),
                }
            ),
        )


def certificate_authority(cluster: Address) -> str:
    """An expression for the certificate authority of a cluster, for `sslmode=verify-full`."""
    return f"data.ovh_cloud_project_database_certificates.{cluster.label}.ca"
