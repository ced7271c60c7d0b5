"""The environment's Kafka, its topics, and a service's access to those that it publishes and subscribes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from andamio.cdktf import Construct
from andamio.cloud.data_addresses import Address, access_address, topic_address
from andamio.cloud.stack import lifecycle
from andamio.cloud.store_access import StoreAccess
from andamio.cloud.store_cluster import SHORT_TIMEOUTS, USER_TIMEOUTS, StoreCluster, StoreNetwork, endpoint
from andamio.contract.names import kafka_user
from andamio.contract.secrets import events_link
from andamio.model import KafkaCluster, Service, Topic
from cdktf_cdktf_provider_ovh.cloud_project_database_kafka_acl import CloudProjectDatabaseKafkaAcl
from cdktf_cdktf_provider_ovh.cloud_project_database_kafka_topic import CloudProjectDatabaseKafkaTopic
from cdktf_cdktf_provider_ovh.cloud_project_database_user import CloudProjectDatabaseUser
from cdktf_cdktf_provider_ovh.data_ovh_cloud_project_database_certificates import (
    DataOvhCloudProjectDatabaseCertificates,
)
from cdktf_cdktf_provider_ovh.data_ovh_cloud_project_database_kafka_user_access import (
    DataOvhCloudProjectDatabaseKafkaUserAccess,
)

__all__ = ["ENGINE", "KafkaStore", "Permission", "ServiceEvents", "permissions"]

ENGINE: Final = "kafka"

Permission = Literal["read", "write", "readwrite"]
"""What an access rule grants; `admin` is never granted to a service."""


class KafkaStore(Construct):
    """The Kafka cluster of an environment and its topics. OVHcloud keeps no backups of it.

    Any change of a topic re-creates it, and so loses what it holds: with `keep` Terraform refuses. A topic
    waits for all of its copies but one before a message counts as written.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        address: Address,
        cloud_name: str,
        settings: KafkaCluster,
        topics: tuple[Topic, ...],
        network: StoreNetwork,
        keep: bool,
    ) -> None:
        super().__init__(scope, id_)
        StoreCluster(
            self,
            "cluster",
            address=address,
            name=cloud_name,
            engine=ENGINE,
            settings=settings,
            network=network,
            keep=keep,
        )
        certificates = DataOvhCloudProjectDatabaseCertificates(
            self, "certificates", service_name=network.project, engine=ENGINE, cluster_id=address.reference("id")
        )
        certificates.override_logical_id(address.label)
        for topic in topics:
            resource = CloudProjectDatabaseKafkaTopic(
                self,
                f"topic-{topic.name}",
                service_name=network.project,
                cluster_id=address.reference("id"),
                name=topic.name,
                partitions=topic.partitions,
                replication=topic.replication,
                min_insync_replicas=max(1, topic.replication - 1),
                retention_hours=topic.retention_hours,
                timeouts=dict(SHORT_TIMEOUTS),
                lifecycle=lifecycle(protect=keep),
            )
            resource.override_logical_id(topic_address(topic.name).label)


class ServiceEvents(Construct):
    """A Kafka user with one access rule a topic: write what it publishes, read what it subscribes.

    OVHcloud's access rules know a user, a topic and a permission, no consumer group: a service that may read a topic
    may read it in any group, so groups are told apart by convention, not by right.
    """

    def __init__(self, scope: Construct, id_: str, *, access: StoreAccess) -> None:
        super().__init__(scope, id_)
        service, cluster, user = access.service, access.cluster, access.addresses["events"]
        access.addressed(
            CloudProjectDatabaseUser(
                self,
                "user",
                service_name=access.project,
                cluster_id=access.cluster_id,
                engine=ENGINE,
                name=kafka_user(service),
                timeouts=dict(USER_TIMEOUTS),
            ),
            "events",
        )
        for topic, permission in permissions(service).items():
            rule = CloudProjectDatabaseKafkaAcl(
                self,
                f"topic-{topic}",
                service_name=access.project,
                cluster_id=access.cluster_id,
                username=user.reference("name"),
                topic=topic,
                permission=permission,
                timeouts=dict(SHORT_TIMEOUTS),
            )
            rule.override_logical_id(access_address(service.name, topic).label)
        login = DataOvhCloudProjectDatabaseKafkaUserAccess(
            self, "access", service_name=access.project, cluster_id=access.cluster_id, user_id=user.reference("id")
        )
        login.override_logical_id(user.label)
        certificate = f"data.ovh_cloud_project_database_kafka_user_access.{user.label}"
        host, port = endpoint(cluster, ENGINE, "domain"), endpoint(cluster, ENGINE, "port")
        access.write(
            self,
            "secret",
            role="events_secret",
            link=events_link(service),
            values={
                "brokers": f'format("%s:%d", {host}, {port})',
                "certificate": f"{certificate}.cert",
                "key": f"{certificate}.key",
                "ca": f"data.ovh_cloud_project_database_certificates.{cluster.label}.ca",
            },
        )


def permissions(service: Service) -> Mapping[str, Permission]:
    """Topic → what a service may do with it, by topic: exactly what it publishes and subscribes."""
    publishes, subscribes = set(service.publishes), set(service.subscribes)
    granted: dict[str, Permission] = {}
    for topic in sorted(publishes | subscribes):
        both = topic in publishes and topic in subscribes
        granted[topic] = "readwrite" if both else "write" if topic in publishes else "read"
    return granted
