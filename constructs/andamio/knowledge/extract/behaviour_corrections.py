"""Which resource types are extracted, and what a provider's schema does not say about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RESOURCES: Final[tuple[str, ...]] = (
    "harbor_immutable_tag_rule",
    "harbor_project",
    "harbor_retention_policy",
    "harbor_robot_account",
    "ovh_cloud_project_containerregistry",
    "ovh_cloud_project_containerregistry_user",
    "ovh_cloud_project_database",
    "ovh_cloud_project_database_database",
    "ovh_cloud_project_database_kafka_acl",
    "ovh_cloud_project_database_kafka_topic",
    "ovh_cloud_project_database_postgresql_connection_pool",
    "ovh_cloud_project_database_postgresql_user",
    "ovh_cloud_project_database_user",
    "ovh_cloud_project_database_valkey_user",
    "ovh_cloud_project_gateway",
    "ovh_cloud_project_kube",
    "ovh_cloud_project_kube_iprestrictions",
    "ovh_cloud_project_kube_log_subscription",
    "ovh_cloud_project_kube_nodepool",
    "ovh_cloud_project_kube_oidc",
    "ovh_cloud_project_network_private",
    "ovh_cloud_project_network_private_subnet",
    "ovh_cloud_project_network_private_subnet_v2",
    "ovh_cloud_project_storage",
    "ovh_cloud_project_user",
    "ovh_cloud_project_user_s3_credential",
    "ovh_cloud_project_user_s3_policy",
    "ovh_domain_zone_record",
    "ovh_iam_policy",
    "ovh_me_api_oauth2_client",
    "ovh_me_identity_user",
    "ovh_me_identity_user_token",
    "ovh_okms",
    "ovh_okms_credential",
    "ovh_okms_secret",
)
"""The resource types that the stacks use, by name."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What is known of one resource type beyond its schema."""

    recreates: tuple[str, ...] = ()
    """Arguments whose change re-creates although the schema has no mark for it."""

    fixed: tuple[str, ...] = ()
    """Arguments that neither change in place nor re-create: the provider ignores or refuses it."""

    grows_only: tuple[str, ...] = ()
    """Arguments that only change upwards: a larger size, a higher plan, a newer version."""

    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Enumerations that the schema checks in code."""

    why: str


CORRECTIONS: Final[dict[str, Correction]] = {
    "ovh_cloud_project_containerregistry": Correction(
        fixed=("region", "service_name"),
        grows_only=("plan_id",),
        why="provider source: the update call carries the name and the plan alone; provider"
        " documentation: a plan can only be raised",
    ),
    "ovh_cloud_project_database": Correction(
        recreates=("nodes.network_id", "nodes.region"),
        fixed=("nodes.subnet_id",),
        grows_only=("disk_size", "flavor", "plan", "version"),
        choices=(
            (
                "engine",
                (
                    "clickhouse",
                    "grafana",
                    "kafka",
                    "kafkaConnect",
                    "kafkaMirrorMaker",
                    "mongodb",
                    "mysql",
                    "opensearch",
                    "postgresql",
                    "valkey",
                ),
            ),
        ),
        why="provider documentation: plan, flavor and disk can only be raised; earlier provider source"
        " re-creates on a node's region or network, which 2.19 decides in code (inferred to be the same)",
    ),
    "ovh_cloud_project_database_kafka_topic": Correction(
        recreates=(
            "cluster_id",
            "min_insync_replicas",
            "name",
            "partitions",
            "replication",
            "retention_bytes",
            "retention_hours",
            "service_name",
        ),
        why="the resource has no update: every change deletes the topic with its messages",
    ),
    "ovh_cloud_project_database_postgresql_connection_pool": Correction(
        choices=(("mode", ("session", "statement", "transaction")),),
        why="provider documentation",
    ),
    "ovh_cloud_project_gateway": Correction(
        choices=(("model", ("s", "m", "l", "xl", "2xl", "3xl")),),
        why="the provider's own check of a load balancer's gateway; the documentation lists s, m and l",
    ),
    "ovh_cloud_project_kube": Correction(
        fixed=("nodes_subnet_id", "plan"),
        grows_only=("version",),
        choices=(
            ("kube_proxy_mode", ("iptables", "ipvs")),
            ("plan", ("free", "standard")),
            ("update_policy", ("ALWAYS_UPDATE", "MINIMAL_DOWNTIME", "NEVER_UPDATE")),
        ),
        why="provider documentation: no migration to another plan, the nodes' subnet is for creation only,"
        " a change of the private network resets the cluster, versions go up by one minor",
    ),
    "ovh_cloud_project_kube_log_subscription": Correction(
        choices=(("kind", ("audit",)),),
        why="provider documentation",
    ),
    "ovh_me_api_oauth2_client": Correction(
        choices=(("flow", ("AUTHORIZATION_CODE", "CLIENT_CREDENTIALS")),),
        why="provider documentation",
    ),
    "ovh_okms_credential": Correction(
        choices=(("certificate_type", ("ECDSA", "RSA")),),
        why="provider documentation",
    ),
    "harbor_project": Correction(
        choices=(("deployment_security", ("critical", "high", "medium", "low", "none")),),
        why="provider documentation",
    ),
    "harbor_robot_account": Correction(
        choices=(("level", ("project", "system")),),
        why="provider documentation",
    ),
}
"""Corrections by resource type; they add to what the providers' schemas mark."""
