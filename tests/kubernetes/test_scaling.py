"""The HorizontalPodAutoscaler of a workload."""

from __future__ import annotations

from andamio.model import Scaling

from .shop import built, find, names, service


def test_an_autoscaler_leaves_no_fixed_replicas() -> None:
    found = built(service(scaling=Scaling(min=2, max=5, cpu=60, memory=None, stabilization=120)))
    assert "replicas" not in find(found, "Deployment")["spec"]
    spec = find(found, "HorizontalPodAutoscaler")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 5)
    assert [metric["resource"]["name"] for metric in spec["metrics"]] == ["cpu"]
    assert spec["metrics"][0]["resource"]["target"]["averageUtilization"] == 60
    assert spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 120


def test_equal_least_and_most_replicas_are_fixed_without_an_autoscaler() -> None:
    found = built(service(scaling=Scaling(min=3, max=3)))
    assert find(found, "Deployment")["spec"]["replicas"] == 3
    assert names(found, "HorizontalPodAutoscaler") == set()


def test_replicas_come_at_once_and_go_slowly() -> None:
    behavior = find(built(service(scaling=Scaling(min=1, max=9))), "HorizontalPodAutoscaler")["spec"]["behavior"]
    assert behavior["scaleUp"]["stabilizationWindowSeconds"] == 0
    assert behavior["scaleDown"]["stabilizationWindowSeconds"] == 300
    assert {(p["type"], p["value"]) for p in behavior["scaleDown"]["policies"]} == {("Pods", 1), ("Percent", 10)}
