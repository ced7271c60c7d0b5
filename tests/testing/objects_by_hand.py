"""Kubernetes objects written by hand, as small as the question that they are made for."""

from __future__ import annotations

from typing import Any

from andamio.testing import Pod

Body = dict[str, Any]


def namespace(name: str, **labels: str) -> Body:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def workload(
    name: str,
    namespace: str,
    labels: dict[str, str] | None = None,
    ports: tuple[Body, ...] = ({"name": "http", "containerPort": 8080},),
    **spec: Any,
) -> Body:
    """A Deployment whose pods have `labels`; default: `app` is its name."""
    container = {"name": "main", "image": "registry.example/x", "ports": list(ports)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "template": {"metadata": {"labels": labels or {"app": name}}, "spec": {"containers": [container], **spec}}
        },
    }


def network_policy(namespace: str, pods: Body | None = None, *, name: str = "policy", **spec: Any) -> Body:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": pods or {}, **spec},
    }


def cilium_policy(namespace: str, pods: Body | None = None, *, name: str = "policy", **spec: Any) -> Body:
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"endpointSelector": pods or {}, **spec},
    }


def app(name: str) -> Body:
    return {"matchLabels": {"app": name}}


def in_namespace(name: str) -> Body:
    return {"matchLabels": {"kubernetes.io/metadata.name": name}}


TOWN: tuple[Body, ...] = (
    namespace("shop", team="web"),
    namespace("data", team="data"),
    workload("web", "shop"),
    workload("api", "shop", {"app": "api", "tier": "back"}),
    workload(
        "db",
        "data",
        ports=(
            {"name": "sql", "containerPort": 5432},
            {"name": "gossip", "containerPort": 7000, "protocol": "UDP"},
        ),
    ),
    workload("copy", "data", {"app": "web"}),
)
"""Two namespaces: `web` and `api` in `shop`, `db` and `copy` in `data`; the labels of `copy` are those of `web`."""

STRANGER = Pod(name="stranger", namespace="elsewhere", labels={"app": "stranger"})
"""A pod that no policy isolates, so that whatever the other end opens shows."""
