"""Which providers this repository carries bindings for, at which version, and which of their resources."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """A provider and the resources and data sources that are generated (names without the provider)."""

    name: str
    source: str
    version: str
    resources: tuple[str, ...]
    data_sources: tuple[str, ...] = ()

    @property
    def package(self) -> str:
        """The Python package of the bindings, named as the prebuilt ones of cdktf are."""
        return f"cdktf_cdktf_provider_{self.name}"

    @property
    def address(self) -> str:
        """The provider's full address, as in a schema that Terraform prints."""
        return f"registry.terraform.io/{self.source}"


OVH = Selection(
    name="ovh",
    source="ovh/ovh",
    version="2.19.0",
    resources=(
        "cloud_project_alerting",
        "cloud_project_containerregistry",
        "cloud_project_containerregistry_ip_restrictions_management",
        "cloud_project_containerregistry_ip_restrictions_registry",
        "cloud_project_containerregistry_oidc",
        "cloud_project_containerregistry_user",
        "cloud_project_database",
        "cloud_project_database_database",
        "cloud_project_database_kafka_acl",
        "cloud_project_database_kafka_topic",
        "cloud_project_database_postgresql_connection_pool",
        "cloud_project_database_postgresql_user",
        "cloud_project_database_user",
        "cloud_project_database_valkey_user",
        "cloud_project_gateway",
        "cloud_project_kube",
        "cloud_project_kube_iprestrictions",
        "cloud_project_kube_log_subscription",
        "cloud_project_kube_nodepool",
        "cloud_project_kube_oidc",
        "cloud_project_network_private",
        "cloud_project_network_private_subnet",
        "cloud_project_network_private_subnet_v2",
        "cloud_project_storage",
        "cloud_project_storage_object_bucket_lifecycle_configuration",
        "cloud_project_user",
        "cloud_project_user_s3_credential",
        "cloud_project_user_s3_policy",
        "domain_zone_record",
        "iam_policy",
        "iam_resource_tags",
        "me_api_oauth2_client",
        "me_identity_group",
        "me_identity_user",
        "me_identity_user_token",
        "okms",
        "okms_credential",
        "okms_secret",
    ),
    data_sources=(
        "cloud_project",
        "cloud_project_capabilities_containerregistry_filter",
        "cloud_project_containerregistry",
        "cloud_project_database_certificates",
        "cloud_project_database_kafka_user_access",
        "cloud_project_kube",
        "domain_zone",
        "me",
        "okms_resource",
        "okms_secret",
    ),
)

HARBOR = Selection(
    name="harbor",
    source="goharbor/harbor",
    version="3.12.4",
    resources=(
        "garbage_collection",
        "immutable_tag_rule",
        "interrogation_services",
        "project",
        "retention_policy",
        "robot_account",
    ),
    data_sources=("project",),
)

HELM = Selection(name="helm", source="hashicorp/helm", version="3.1.1", resources=("release",))

SELECTIONS = {selection.name: selection for selection in (OVH, HARBOR, HELM)}
