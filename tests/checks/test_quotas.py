"""What a namespace's quota holds, and what its workloads ask for at their largest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from andamio.checks.output import Output
from andamio.checks.quotas import quotas_let_workloads_grow
from tests.checks.plants import BASE


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


def test_a_quota_of_another_namespace_or_of_other_things_forbids_nothing() -> None:
    elsewhere = hard(pods="0")
    elsewhere["dev/own/ResourceQuota.own.yaml"]["metadata"] = {"name": "own", "namespace": "other"}
    assert findings(workload("Deployment"), elsewhere) == []
    assert findings(workload("Deployment"), hard(persistentvolumeclaims="0", pods="many")) == []
