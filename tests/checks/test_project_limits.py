from __future__ import annotations

from typing import Any

import pytest

from andamio.checks.output import Output
from andamio.checks.run import check_output
from andamio.checks.slim import slim
from tests.checks.planting import BASE, objects
from tests.checks.shop import TODAY

PRODUCTION = 2400
"""Volumes of production's 8 nodes in each of three zones."""


def stateful(replicas: int, templates: int) -> dict[str, Any]:
    spec = {"replicas": replicas, "volumeClaimTemplates": [{}] * templates, "template": {"spec": {}}}
    body = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "big", "namespace": "x"}, "spec": spec}
    return {"production/orders/StatefulSet.big.yaml": body}


def pod(claims: int) -> dict[str, Any]:
    volumes = [{"name": f"v{one}", "persistentVolumeClaim": {"claimName": f"v{one}"}} for one in range(claims)]
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "orders"}}
    return {"dev/orders/Pod.p.yaml": {**body, "spec": {"volumes": volumes, "containers": []}}}


def found(documents: dict[str, Any]) -> list[tuple[str, object]]:
    whole = check_output(BASE.platform(), Output(documents=documents), today=TODAY)
    return [(one.code, one.value) for one in whole if one.code in ("AND218", "AND219")]


def balancers(number: int) -> dict[str, Any]:
    return objects(number, "v1", "Service", type="LoadBalancer")


def test_gateways_and_services_are_counted_together() -> None:
    gateways = objects(100, "gateway.networking.k8s.io/v1", "Gateway")
    assert found({**gateways, **balancers(100)}) == []
    assert found({**gateways, **balancers(101)}) == [("AND218", 201)]


def test_other_services_have_no_load_balancer() -> None:
    assert found(objects(300, "v1", "Service", type="ClusterIP")) == []


def test_each_environment_has_its_own_limit() -> None:
    dev = {path.replace("production/", "dev/", 1): body for path, body in balancers(150).items()}
    assert found({**dev, **balancers(150)}) == []


@pytest.mark.parametrize("thin", [False, True])
def test_volumes_of_stateful_sets_count_for_each_replica(thin: bool) -> None:
    for (replicas, templates), expected in (
        ((PRODUCTION // 2, 2), []),
        ((PRODUCTION // 2 + 1, 2), [("AND219", PRODUCTION + 2)]),
    ):
        documents = stateful(replicas, templates)
        assert found({path: slim(body) if thin else body for path, body in documents.items()}) == expected


def test_volumes_of_one_pod_fit_a_node() -> None:
    assert found(pod(100)) == []
    assert found(pod(101)) == [("AND219", 101)]
