"""What a namespace's quota holds, and what its workloads ask for at their largest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from andamio.checks.output import Output
from andamio.checks.quotas import quotas_let_workloads_grow
from andamio.checks.slim import slim
from tests.checks.planting import BASE


def manifest(kind: str, **spec: Any) -> dict[str, dict[str, Any]]:
    body = {"kind": kind, "metadata": {"name": "own", "namespace": "own"}, "spec": spec}
    return {f"dev/own/{kind}.own.yaml": body}


def workload(kind: str, *, cpu: str = "100m", memory: str = "128Mi", **spec: Any) -> dict[str, dict[str, Any]]:
    container = {"name": "own", "resources": {"requests": {"cpu": cpu, "memory": memory}}}
    return manifest(kind, template={"spec": {"containers": [container]}}, **spec)


def findings(*objects: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    documents = {path: body for one in objects for path, body in one.items()}
    found = quotas_let_workloads_grow(BASE.platform(), Output(documents=documents))
    return [(finding.at, finding.means) for finding in found]


def hard(**most: str) -> dict[str, dict[str, Any]]:
    return manifest("ResourceQuota", hard={key.replace("_", "."): value for key, value in most.items()})


SCALER = manifest("HorizontalPodAutoscaler", maxReplicas=8, scaleTargetRef={"kind": "Deployment", "name": "own"})


@pytest.mark.parametrize(
    ("most", "told"),
    [
        ({"pods": "10"}, []),
        ({"pods": "9"}, [("spec.hard.pods", "the workloads of own ask for 10 at their largest")]),
        ({"requests_cpu": "1"}, []),
        ({"cpu": "999m"}, [("spec.hard.cpu", "the workloads of own ask for 1000m at their largest")]),
        ({"requests_memory": "1280Mi"}, []),
        ({"memory": "1.25Gi"}, []),
        ({"memory": "1342177k"}, [("spec.hard.memory", "the workloads of own ask for 1280Mi at their largest")]),
        (
            {"requests_memory": "1279Mi"},
            [("spec.hard.requests.memory", "the workloads of own ask for 1280Mi at their largest")],
        ),
    ],
)
def test_the_autoscalers_maximum_and_the_surge_have_to_fit(most: dict[str, str], told: list[tuple[str, str]]) -> None:
    """Eight replicas and two of surge, each of 100 millicores and 128 MiB."""
    assert findings(workload("Deployment"), SCALER, hard(**most)) == told


@pytest.mark.parametrize(
    ("objects", "pods"),
    [
        (workload("Deployment", replicas=3, strategy={"rollingUpdate": {"maxSurge": 2}}), 5),
        (workload("Deployment", replicas=3, strategy={"type": "Recreate"}), 3),
        (workload("StatefulSet", replicas=3), 3),
        ({**workload("Deployment", replicas=1), **workload("Job", parallelism=4)}, 6),
    ],
)
def test_each_kind_counts_as_many_pods_as_it_may_have(objects: Mapping[str, Any], pods: int) -> None:
    assert findings(objects, hard(pods=str(pods))) == []
    assert [at for at, _ in findings(objects, hard(pods=str(pods - 1)))] == ["spec.hard.pods"]


CRON = manifest(
    "CronJob",
    jobTemplate={"spec": {"parallelism": 4, "template": {"spec": {"containers": [{"resources": {}}]}}}},
)


@pytest.mark.parametrize(
    ("objects", "pods"),
    [
        ({**workload("Deployment", replicas=3), **SCALER}, 10),
        (workload("Deployment", replicas=3, strategy={"type": "Recreate"}), 3),
        (workload("StatefulSet", replicas=3), 3),
        (workload("Job", parallelism=4), 4),
        (CRON, 4),
    ],
)
@pytest.mark.parametrize("unchanged", ["the workloads", "the quota"])
def test_what_did_not_change_is_counted_too(objects: Mapping[str, Any], pods: int, unchanged: str) -> None:
    """A new quota bites workloads that were there before, and a new workload a quota that was."""
    for most, expected in ((pods, 0), (pods - 1, 1)):
        quota = hard(pods=str(most))
        old, new = (objects, quota) if unchanged == "the workloads" else (quota, objects)
        documents = {**{path: slim(body) for path, body in old.items()}, **new}
        output = Output(documents=documents, slim_paths=frozenset(old))
        assert len(list(quotas_let_workloads_grow(BASE.platform(), output))) == expected


@pytest.mark.parametrize("key", ["requests.cpu", "limits.memory", "memory"])
def test_what_containers_ask_for_is_still_known_of_what_did_not_change(key: str) -> None:
    resources = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "2Gi"}}
    containers = {"containers": [{"image": "i", "resources": resources}], "initContainers": [{"image": "j"}]}
    old = {path: slim(body) for path, body in manifest("Deployment", replicas=1, template={"spec": containers}).items()}
    for most, expected in (("4Gi", []), ("500m", [f"spec.hard.{key}"])):
        output = Output(documents={**old, **manifest("ResourceQuota", hard={key: most})}, slim_paths=frozenset(old))
        assert [found.at for found in quotas_let_workloads_grow(BASE.platform(), output)] == expected


def test_a_quota_of_another_namespace_or_of_other_things_forbids_nothing() -> None:
    elsewhere = hard(pods="0")
    elsewhere["dev/own/ResourceQuota.own.yaml"]["metadata"] = {"name": "own", "namespace": "other"}
    assert findings(workload("Deployment"), elsewhere) == []
    assert findings(workload("Deployment"), hard(persistentvolumeclaims="0", pods="many")) == []
