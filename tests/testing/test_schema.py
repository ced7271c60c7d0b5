"""Offline validation says what a strict API server would say."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest

from andamio.testing import schema

kubernetes_validate = pytest.importorskip(
    "kubernetes_validate", reason="the schemas of built-in kinds come with kubernetes_validate"
)

DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "orders", "labels": {"app": "orders"}},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "orders"}},
        "template": {
            "metadata": {"labels": {"app": "orders"}},
            "spec": {
                "containers": [
                    {
                        "name": "orders",
                        "image": "registry.example.org/orders",
                        "ports": [{"containerPort": 8080, "name": "http"}],
                        "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
                        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": 1}},
                        "env": [{"name": "A", "value": "b"}],
                    }
                ]
            },
        },
    },
}

GOOD: list[dict[str, Any]] = [
    DEPLOYMENT,
    {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "b"}},
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "x"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"ports": [{"port": 80}]}]},
    },
    {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "x"},
        "spec": {
            "maxReplicas": 3,
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "x"},
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
                }
            ],
        },
    },
    {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "x"},
        "spec": {"maxUnavailable": "50%", "selector": {"matchLabels": {"a": "b"}}},
    },
]

CONTAINER = ("spec", "template", "spec", "containers", 0)

MISTAKES: list[tuple[tuple[Any, ...], Any, str]] = [
    (("spec", "replica"), 2, 'spec.replica: unknown field. Did you mean "replicas"?'),
    (("spec", "replicas"), "2", 'spec.replicas: "2" is not a whole number'),
    (("spec", "selector"), None, "spec.selector: missing, and required"),
    ((*CONTAINER, "ports", 0, "containerPort"), "http", '"http" is not a whole number'),
    ((*CONTAINER, "env", 0, "value"), 1, "env[0].value: 1 is not a text"),
    ((*CONTAINER, "readinessProbe", "httpGet", "port"), True, "True is not a text or a whole number"),
    ((*CONTAINER, "securityContext"), {"readOnlyRootFileSystem": True}, 'Did you mean "readOnlyRootFilesystem"?'),
    (("metadata", "labels", "tier"), 1, "metadata.labels.tier: 1 is not a text"),
]


def planted(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    document = copy.deepcopy(DEPLOYMENT)
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


def accepted_by_the_package(document: dict[str, Any]) -> bool:
    try:
        kubernetes_validate.validate(document, "1.35", strict=True)
    except kubernetes_validate.ValidationError:
        return False
    return True


@pytest.mark.parametrize("document", GOOD, ids=lambda document: document["kind"])
def test_a_valid_object_passes_here_and_by_the_package(document: dict[str, Any]) -> None:
    assert schema.violations(document) == []
    assert accepted_by_the_package(document)


@pytest.mark.parametrize(("path", "value", "told"), MISTAKES, ids=lambda value: str(value)[:30])
def test_a_planted_mistake_is_told_here_and_refused_by_the_package(
    path: tuple[Any, ...], value: Any, told: str
) -> None:
    document = planted(path, value)
    found = schema.violations(document)
    assert len(found) == 1
    assert told in found[0]
    assert not accepted_by_the_package(document)


def test_two_containers_of_one_name_are_told() -> None:
    document = copy.deepcopy(DEPLOYMENT)
    containers = document["spec"]["template"]["spec"]["containers"]
    containers.append(copy.deepcopy(containers[0]))
    assert any("two items with name" in sentence for sentence in schema.violations(document))


def test_custom_resources_are_checked_too() -> None:
    document = {"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": {"name": "x"}, "spec": {"acm": {}}}
    assert schema.violations(document) == ['spec.acm: unknown field. Did you mean "acme"?']


def test_an_unknown_kind_never_passes() -> None:
    with pytest.raises(LookupError, match=r"no schema of Deployment in apps/v2 is known for Kubernetes 1\.35"):
        schema.violations({**DEPLOYMENT, "apiVersion": "apps/v2"})
    with pytest.raises(LookupError, match=r"Issuer in example\.org/v1"):
        schema.violations({"apiVersion": "example.org/v1", "kind": "Issuer", "metadata": {"name": "x"}})


def test_a_group_that_only_begins_alike_is_not_taken_for_it() -> None:
    with pytest.raises(LookupError, match=r"NetworkPolicy in networking\.example\.org/v1"):
        schema.violations({"apiVersion": "networking.example.org/v1", "kind": "NetworkPolicy", "metadata": {}})


def test_an_object_without_a_kind() -> None:
    assert schema.violations({"metadata": {"name": "x"}}) == ["apiVersion and kind: missing, and required"]


def test_versions() -> None:
    assert {"1.33", "1.34", "1.35"} <= set(schema.kubernetes_versions())
    assert schema.violations(DEPLOYMENT, "v1.34.2") == []
    with pytest.raises(LookupError, match=r"no schemas of Kubernetes 1\.9 are installed"):
        schema.violations(DEPLOYMENT, "1.9")


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_: str) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(schema.resources, "files", absent)
    with pytest.raises(RuntimeError, match="kubernetes_validate, which is not installed"):
        schema._schemas()


def test_a_thousand_objects_take_seconds_at_most() -> None:
    schema.violations(DEPLOYMENT)
    start = time.process_time()
    for _ in range(1000):
        schema.violations(DEPLOYMENT)
    assert time.process_time() - start < 5
