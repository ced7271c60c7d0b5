"""Pods are known from every kind of workload, and from what stands for those that no object makes."""

from __future__ import annotations

import pytest

from andamio.testing import Reach
from andamio.testing.pods import pod_templates
from tests.testing.objects_by_hand import network_policy

TEMPLATE = {"metadata": {"labels": {"app": "x"}}, "spec": {"serviceAccountName": "own", "containers": []}}


def workload(kind: str, spec) -> dict:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "x", "namespace": "y"}, "spec": spec}


@pytest.mark.parametrize("kind", ["DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet", "CronJob", "Pod"])
def test_a_workload_of_any_kind_makes_pods(kind) -> None:
    spec = {"template": TEMPLATE}
    if kind == "CronJob":
        spec = {"jobTemplate": {"spec": {"template": TEMPLATE}}}
    body = workload(kind, TEMPLATE["spec"] if kind == "Pod" else spec)
    if kind == "Pod":
        body["metadata"]["labels"] = TEMPLATE["metadata"]["labels"]
    (found,) = pod_templates([body, workload("ConfigMap", {})])
    assert (found.kind, found.namespace, found.name, found.labels) == (kind, "y", "x", {"app": "x"})
    pod = Reach([body]).party("y/x")
    assert pod.service_account == "own"


def test_the_name_server_is_always_there_and_never_twice() -> None:
    assert [str(pod) for pod in Reach([]).pods] == ["kube-system/kube-dns"]
    own = workload("Deployment", {"template": {**TEMPLATE, "metadata": {"labels": {"k8s-app": "kube-dns"}}}})
    own["metadata"] = {"name": "coredns", "namespace": "kube-system"}
    assert [str(pod) for pod in Reach([own]).pods] == ["kube-system/coredns"]


def test_istio_starts_pods_for_a_gateway() -> None:
    gateway = {"apiVersion": "gateway.networking.k8s.io/v1", **workload("Gateway", {})}
    selector = {"matchLabels": {"gateway.networking.k8s.io/gateway-name": "x"}}
    reach = Reach([gateway, network_policy("y", selector, ingress=[{"ports": [{"port": 443}]}])])
    assert {str(pod) for pod in reach.pods} == {"y/x", "kube-system/kube-dns"}
    assert str(reach.ports("world", "y/x")) == "TCP 443"
