"""What synthesis would make of a small catalog: all that the rules over the output look at, and edits of it."""

from __future__ import annotations

import copy
from typing import Any

from andamio.checks.output import Output
from andamio.contract.names import state_bucket
from andamio.contract.platform import Platform
from tests.checks.shop import DIGEST


def output(platform: Platform) -> Output:
    """What synthesis would make of it, in small: all that the rules over the output look at."""
    stacks: dict[str, Any] = {
        "shared-keys": _stack(
            platform,
            "shared-keys",
            {
                "ovh_okms": {
                    "key-store": {"region": platform.shared.keys.region, "lifecycle": {"prevent_destroy": True}}
                }
            },
            {"key_store_id": "${ovh_okms.key-store.id}"},
        ),
        "shared-registry": _stack(
            platform,
            "shared-registry",
            {
                "ovh_cloud_project_containerregistry": {
                    "registry": {"region": "GRA", "plan_id": "b", "lifecycle": {"prevent_destroy": True}}
                },
                "ovh_okms_secret": {"pull": {"okms_id": "${x}", "path": "platform/registry-pull"}},
            },
            {"registry_host": "${ovh_cloud_project_containerregistry.registry.url}"},
        ),
    }
    documents: dict[str, Any] = {}
    for name, view in platform.views.items():
        stacks.update(_stacks(platform, name))
        documents.update(_documents(platform, name))
        assert view.environment.name == name
    return Output(stacks=stacks, documents=documents)


def edited(base: Output, change: Any) -> Output:
    """A copy of an output on which `change(stacks, documents)` has worked."""
    stacks, documents = copy.deepcopy(dict(base.stacks)), copy.deepcopy(dict(base.documents))
    change(stacks, documents)
    return Output(stacks=stacks, documents=documents)


def _stack(platform: Platform, name: str, resource: Any, outputs: Any, data: Any = None) -> dict[str, Any]:
    place = platform.views[name.split("-")[0]].environment if name.split("-")[0] in platform.views else None
    return {
        "terraform": {"backend": {"s3": {"bucket": state_bucket(platform.shared, place), "key": f"{name}.tfstate"}}},
        "resource": resource,
        "output": {key: {"value": value} for key, value in outputs.items()},
        "data": data or {},
    }


def _stacks(platform: Platform, name: str) -> dict[str, Any]:
    view = platform.views[name]
    environment = view.environment
    kept = {"lifecycle": {"prevent_destroy": True}} if environment.tier != "development" else {}
    secret: dict[str, Any] = {}
    resources: dict[str, Any] = {"ovh_okms_secret": secret}

    def add(kind: str, label: str, **body: Any) -> None:
        resources.setdefault(kind, {})[label] = body

    for service in view.services:
        if service.database is not None:
            dedicated = service.database.placement == "dedicated"
            settings = (service.database.cluster if dedicated else None) or environment.postgres
            label = f"{service.name}-cluster" if dedicated else "postgres"
            add(
                "ovh_cloud_project_database",
                label,
                engine="postgresql",
                plan=settings.plan,
                flavor=settings.flavor,
                version=settings.version,
                nodes=[{"region": environment.region}],
                **kept,
            )
            add(
                "ovh_cloud_project_database_database",
                f"{service.name}-database",
                name=service.original_name.replace("-", "_"),
                cluster_id=f"${{ovh_cloud_project_database.{label}.id}}",
                **kept,
            )
            path = f"services/{service.original_name}/database"
            secret[f"{service.name}-database_secret"] = {"okms_id": "${x}", "path": path}
        if service.cache is not None:
            add("ovh_cloud_project_database_valkey_user", f"{service.name}-cache", name=service.original_name)
        for topic in service.publishes:
            add(
                "ovh_cloud_project_database_kafka_acl",
                f"{service.name}-topic_{topic}",
                topic=topic,
                permission="write",
            )
    for topic in view.topics:
        add(
            "ovh_cloud_project_database_kafka_topic",
            f"topic_{topic.name}",
            name=topic.name,
            partitions=topic.partitions,
            replication=topic.replication,
            retention_hours=topic.retention_hours,
            **kept,
        )
    kube = {
        "version": environment.cluster.version,
        "plan": environment.cluster.plan,
        "region": environment.region,
        "ip_allocation_policy": {"pods_ipv4_cidr": environment.network.pods},
    }
    network = {"network_id": "${x}"}
    read = {"terraform_remote_state": {"network": {"backend": "s3", "config": {"key": f"{name}-network.tfstate"}}}}
    keys = {"key_store_id": "${x}", "key_store_host": "${x}"}
    pull = {"pull": {"okms_id": platform.shared_outputs.key_store_id, "path": "platform/registry-pull"}}
    copied = {"pull": {"okms_id": "${x}", "path": "platform/registry-pull"}}
    bucket = {"name": state_bucket(platform.shared, environment), "region_name": environment.state.region}
    state = {"state": {**bucket, "lifecycle": {"prevent_destroy": True}}}
    return {
        f"{name}-state": _stack(platform, f"{name}-state", {"ovh_cloud_project_storage": state}, {}),
        f"{name}-network": _stack(platform, f"{name}-network", {}, network),
        f"{name}-cluster": _stack(
            platform,
            f"{name}-cluster",
            {
                "ovh_cloud_project_kube": {
                    "cluster": {**kube, "net": "${data.terraform_remote_state.network.outputs.network_id}"}
                },
                "ovh_cloud_project_kube_nodepool": {
                    pool.name: {
                        "name": pool.name,
                        "flavor_name": pool.flavor,
                        **({"availability_zones": [environment.zones[0]]} if environment.zones else {}),
                    }
                    for pool in environment.pools
                },
            },
            {"cluster_id": "${x}"},
            read,
        ),
        f"{name}-keys": _stack(
            platform,
            f"{name}-keys",
            {"ovh_okms": {"key-store": {"region": environment.keys.region, **kept}}, "ovh_okms_secret": copied},
            keys,
            {"ovh_okms_secret": pull},
        ),
        f"{name}-data": _stack(platform, f"{name}-data", resources, {"store_ports": "${x}"}),
    }


_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


def _documents(platform: Platform, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for service in platform.views[name].services:
        space = service.name

        def add(api: str, kind: str, label: str, body: dict[str, Any], *, own: str = space) -> None:
            metadata = {"name": label, **({} if kind == "Namespace" else {"namespace": own})}
            extra = body.pop("metadata", {})
            path = f"{name}/{own}/{kind}.{label}.yaml"
            found[path] = {"apiVersion": api, "kind": kind, "metadata": {**metadata, **extra}, **body}

        labels = {"pod-security.kubernetes.io/enforce": "restricted"}
        add("v1", "Namespace", space, {"metadata": {"labels": labels}})
        deny = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        add("networking.k8s.io/v1", "NetworkPolicy", "deny-all", {"spec": deny})
        keys = ["platform/registry-pull"]
        keys += [f"services/{service.original_name}/database"] if service.database else []
        keys += [f"services/{service.original_name}/manual/{secret.name}" for secret in service.secrets]
        data = [{"remoteRef": {"key": key}} for key in keys]
        add("external-secrets.io/v1", "ExternalSecret", "all", {"spec": {"data": data}})
        container = {"name": space, "image": f"registry.invalid/{space}:1@{DIGEST}", "securityContext": _RESTRICTED}
        pods = {"template": {"spec": {"containers": [container]}}}
        add("apps/v1", "Deployment", space, {"spec": pods})
    return copy.deepcopy(found)
