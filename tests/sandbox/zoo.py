"""One valid example of every resource and data source that the sandbox imitates, in an order in which each works."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from andamio.bindings.schema import committed_schema
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.protocol.shape import conformed
from andamio.sandbox.provider.provider import SandboxProvider

__all__ = ["Zoo", "examples", "sources"]

PROJECT = "0" * 32
P = {"service_name": PROJECT}
PASSWORD = "Aa1-0123456789"  # noqa: S105 - of an imitated user


class Zoo:
    """The three providers on one cloud, and what was made of each example."""

    def __init__(self, folder: Path) -> None:
        self.cloud = Cloud(folder / "cloud.sqlite")
        self.cloud.configure("zones", ["example.com"])
        self.providers = {name: SandboxProvider(name, self.cloud) for name in ("ovh", "harbor", "helm")}
        self.made: dict[str, dict[str, Any]] = {}

    def provider(self, kind: str) -> SandboxProvider:
        """The provider of a type, configured with what exists by now."""
        found = self.providers[kind.partition("_")[0]]
        if "registry_user" in self.made:
            user, home = self.made["registry_user"], self.made["registry"]
            login = {"username": user["user"], "password": user["password"]}
            self.providers["harbor"].configure({"url": home["url"], **login})
        if "kube" in self.made:
            host = self.made["kube"]["kubeconfig_attributes"][0]["host"]
            self.providers["helm"].configure({"kubernetes": {"host": host}})
        return found

    def config(self, kind: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments in the shape of their schema, as Terraform sends a configuration."""
        body = committed_schema(kind.partition("_")[0]).body
        return conformed(body["resource_schemas"][kind]["block"], dict(arguments))

    def make(self, kind: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Plan and apply a new resource."""
        config = self.config(kind, arguments)
        provider = self.provider(kind)
        plan = provider.plan(kind, None, config, config)
        made = provider.apply(kind, None, plan.state, config)
        assert made is not None
        return made

    def change(self, kind: str, before: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Plan and apply other arguments of a resource."""
        config = self.config(kind, arguments)
        proposed = {name: before[name] if value is None else value for name, value in config.items()}
        provider = self.provider(kind)
        plan = provider.plan(kind, dict(before), proposed, config)
        made = provider.apply(kind, dict(before), plan.state, config)
        assert made is not None
        return made

    def delete(self, kind: str, before: Mapping[str, Any]) -> None:
        """Delete a resource."""
        self.provider(kind).apply(kind, dict(before), None, None)

    def fill(self, until: str = "") -> None:
        """Make every example, in order, up to and without the one called `until`."""
        for name, (kind, arguments) in examples(self.made).items():
            if name == until:
                return
            self.made[name] = self.make(kind, arguments)


def examples(made: Mapping[str, Mapping[str, Any]]) -> _Lazy:
    """Name → type and arguments. Arguments that name another example are looked up in `made` when asked for."""
    return _Lazy(made)


class _Lazy:
    def __init__(self, made: Mapping[str, Mapping[str, Any]]) -> None:
        self._made = made

    def items(self) -> Any:
        """Pairs, each computed when its turn comes."""
        for name in _EXAMPLES:
            yield name, self[name]

    def __getitem__(self, name: str) -> tuple[str, dict[str, Any]]:
        kind, arguments = _EXAMPLES[name]
        return kind, _filled(arguments, self._made)


def _filled(value: Any, made: Mapping[str, Mapping[str, Any]]) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        name, _, attribute = value[1:].partition(".")
        if name == "openstack":
            return made["network"]["regions_attributes"][0]["openstackid"]
        if name == "store_urn":
            return made["okms"]["iam"]["urn"]
        return made[name][attribute or "id"]
    if isinstance(value, dict):
        return {key: _filled(item, made) for key, item in value.items()}
    return [_filled(item, made) for item in value] if isinstance(value, list) else value


_ON = "ovh_cloud_project_database"
_EXAMPLES: dict[str, tuple[str, dict[str, Any]]] = {
    "network": ("ovh_cloud_project_network_private", {**P, "name": "shop", "regions": ["GRA11"], "vlan_id": 7}),
    "old_subnet": (
        "ovh_cloud_project_network_private_subnet",
        {
            **P,
            "network_id": "@network",
            "region": "GRA11",
            "network": "10.99.0.0/24",
            "start": "10.99.0.10",
            "end": "10.99.0.99",
        },
    ),
    "subnet": (
        "ovh_cloud_project_network_private_subnet_v2",
        {**P, "name": "shop", "region": "GRA11", "network_id": "@openstack", "cidr": "10.10.0.0/20"},
    ),
    "gateway": (
        "ovh_cloud_project_gateway",
        {
            **P,
            "name": "shop",
            "model": "s",
            "region": "GRA11",
            "network_id": "@openstack",
            "subnet_id": "@subnet",
        },
    ),
    "kube": (
        "ovh_cloud_project_kube",
        {
            **P,
            "name": "shop",
            "region": "GRA11",
            "plan": "standard",
            "version": "1.34",
            "private_network_id": "@openstack",
            "nodes_subnet_id": "@subnet",
        },
    ),
    "pool": (
        "ovh_cloud_project_kube_nodepool",
        {**P, "kube_id": "@kube", "name": "apps", "flavor_name": "b3-8", "min_nodes": 1, "max_nodes": 3},
    ),
    "login": (
        "ovh_cloud_project_kube_oidc",
        {**P, "kube_id": "@kube", "client_id": "kubernetes", "issuer_url": "https://login.example.com"},
    ),
    "allow": ("ovh_cloud_project_kube_iprestrictions", {**P, "kube_id": "@kube", "ips": ["0.0.0.0/0"]}),
    "audit": (
        "ovh_cloud_project_kube_log_subscription",
        {**P, "kube_id": "@kube", "kind": "audit", "stream_id": "9c1a2b3c"},
    ),
    "valkey": (
        _ON,
        {
            **P,
            "engine": "valkey",
            "version": "8.1",
            "plan": "essential",
            "flavor": "db1-4",
            "nodes": [{"region": "GRA"}],
            "ip_restrictions": [{"ip": "10.10.0.0/20"}],
        },
    ),
    "postgres": (
        _ON,
        {
            **P,
            "engine": "postgresql",
            "version": "17",
            "plan": "production",
            "flavor": "b3-16",
            "disk_size": 200,
            "nodes": [{"region": "GRA", "network_id": "@openstack", "subnet_id": "@subnet"}] * 2,
            "ip_restrictions": [{"ip": "10.10.0.0/20", "description": "nodes"}],
        },
    ),
    "database": (f"{_ON}_database", {**P, "cluster_id": "@postgres", "engine": "postgresql", "name": "orders"}),
    "postgres_user": (f"{_ON}_postgresql_user", {**P, "cluster_id": "@postgres", "name": "orders"}),
    "connections": (
        f"{_ON}_postgresql_connection_pool",
        {
            **P,
            "cluster_id": "@postgres",
            "database_id": "@database",
            "user_id": "@postgres_user",
            "mode": "transaction",
            "name": "orders",
            "size": 10,
        },
    ),
    "valkey_user": (
        f"{_ON}_valkey_user",
        {**P, "cluster_id": "@valkey", "name": "cart", "categories": ["+@read"], "keys": ["cart:*"]},
    ),
    "kafka": (
        _ON,
        {
            **P,
            "engine": "kafka",
            "version": "4.1",
            "plan": "production",
            "flavor": "b3-8",
            "nodes": [{"region": "GRA"}] * 3,
            "ip_restrictions": [{"ip": "10.10.0.0/20"}],
        },
    ),
    "kafka_user": (f"{_ON}_user", {**P, "cluster_id": "@kafka", "engine": "kafka", "name": "orders"}),
    "topic": (f"{_ON}_kafka_topic", {**P, "cluster_id": "@kafka", "name": "order-placed", "replication": 3}),
    "acl": (
        f"{_ON}_kafka_acl",
        {**P, "cluster_id": "@kafka", "username": "orders", "topic": "order-placed", "permission": "write"},
    ),
    "okms": ("ovh_okms", {"display_name": "shop", "ovh_subsidiary": "FR", "region": "eu-west-gra"}),
    "secret": (
        "ovh_okms_secret",
        {"okms_id": "@okms", "path": "services/orders", "version": {"data": json.dumps({"password": "x"})}},
    ),
    "oauth": (
        "ovh_me_api_oauth2_client",
        {"name": "ci", "description": "pipelines", "flow": "CLIENT_CREDENTIALS"},
    ),
    "certificate": ("ovh_okms_credential", {"okms_id": "@okms", "name": "eso", "identity_urns": ["@oauth.identity"]}),
    "group": ("ovh_me_identity_group", {"name": "readers"}),
    "person": (
        "ovh_me_identity_user",
        {"login": "reader", "email": "a@example.com", "password": PASSWORD, "group": "@group.name"},
    ),
    "token": (
        "ovh_me_identity_user_token",
        {"name": "eso", "description": "reads", "user_login": "@person.login"},
    ),
    "policy": (
        "ovh_iam_policy",
        {
            "name": "ci",
            "identities": ["@oauth.identity"],
            "resources": ["@store_urn"],
            "allow": ["okms:apikms:secret/get"],
        },
    ),
    "tags": ("ovh_iam_resource_tags", {"urn": "@store_urn", "tags": {"team": "core"}}),
    "alert": ("ovh_cloud_project_alerting", {**P, "email": "a@example.com", "delay": 3600, "monthly_threshold": 100}),
    "bucket": ("ovh_cloud_project_storage", {**P, "name": "shop-state", "region_name": "GRA"}),
    "keeping": (
        "ovh_cloud_project_storage_object_bucket_lifecycle_configuration",
        {
            **P,
            "container_name": "@bucket.name",
            "region_name": "GRA",
            "rules": [{"status": "enabled", "noncurrent_version_expiration": {"noncurrent_days": 90}}],
        },
    ),
    "user": ("ovh_cloud_project_user", {**P, "description": "state", "role_names": ["objectstore_operator"]}),
    "key": ("ovh_cloud_project_user_s3_credential", {**P, "user_id": "@user"}),
    "s3_policy": (
        "ovh_cloud_project_user_s3_policy",
        {**P, "user_id": "@user", "policy": json.dumps({"Statement": []})},
    ),
    "record": (
        "ovh_domain_zone_record",
        {"zone": "example.com", "fieldtype": "A", "subdomain": "shop", "target": "198.51.100.7", "ttl": 300},
    ),
    "registry": ("ovh_cloud_project_containerregistry", {**P, "name": "shop", "region": "GRA"}),
    "registry_user": (
        "ovh_cloud_project_containerregistry_user",
        {**P, "registry_id": "@registry", "login": "andamio", "email": "a@example.com"},
    ),
    "who_manages": (
        "ovh_cloud_project_containerregistry_ip_restrictions_management",
        {**P, "registry_id": "@registry", "ip_restrictions": [{"ip_block": "203.0.113.0/28"}]},
    ),
    "who_pulls": (
        "ovh_cloud_project_containerregistry_ip_restrictions_registry",
        {**P, "registry_id": "@registry", "ip_restrictions": [{"ip_block": "203.0.113.0/28"}]},
    ),
    "registry_login": (
        "ovh_cloud_project_containerregistry_oidc",
        {
            **P,
            "registry_id": "@registry",
            "oidc_client_id": "harbor",
            "oidc_client_secret": "x",
            "oidc_endpoint": "https://login.example.com",
            "oidc_name": "SSO",
            "oidc_scope": "openid",
        },
    ),
    "team": ("harbor_project", {"name": "core"}),
    "immutable": (
        "harbor_immutable_tag_rule",
        {"project_id": "@team", "repo_matching": "**", "tag_matching": "v*"},
    ),
    "retention": (
        "harbor_retention_policy",
        {"scope": "@team", "schedule": "Daily", "rule": [{"most_recently_pushed": 10, "repo_matching": "**"}]},
    ),
    "robot": (
        "harbor_robot_account",
        {
            "level": "project",
            "name": "push",
            "permissions": [
                {
                    "kind": "project",
                    "namespace": "@team.name",
                    "access": [{"action": "push", "resource": "repository"}],
                }
            ],
        },
    ),
    "gc": ("harbor_garbage_collection", {"schedule": "Daily"}),
    "scan": ("harbor_interrogation_services", {"vulnerability_scan_policy": "Daily"}),
    "release": (
        "helm_release",
        {"name": "argo-cd", "namespace": "argocd", "create_namespace": True, "chart": "argo-cd", "version": "10.1.1"},
    ),
}


def sources(made: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Data source → arguments that find something among the examples."""
    found: dict[str, dict[str, Any]] = {
        "ovh_me": {},
        "ovh_cloud_project": P,
        "ovh_cloud_project_capabilities_containerregistry_filter": {**P, "plan_name": "MEDIUM", "region": "GRA"},
        "ovh_cloud_project_containerregistry": {**P, "registry_id": "@registry"},
        "ovh_cloud_project_database_certificates": {**P, "cluster_id": "@kafka", "engine": "kafka"},
        "ovh_cloud_project_database_kafka_user_access": {**P, "cluster_id": "@kafka", "user_id": "@kafka_user"},
        "ovh_cloud_project_kube": {**P, "kube_id": "@kube"},
        "ovh_domain_zone": {"name": "example.com"},
        "ovh_okms_resource": {"id": "@okms"},
        "ovh_okms_secret": {"okms_id": "@okms", "path": "services/orders", "include_data": True},
        "harbor_project": {"name": "core"},
    }
    return {kind: _filled(arguments, made) for kind, arguments in found.items()}
