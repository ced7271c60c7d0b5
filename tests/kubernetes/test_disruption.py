"""The PodDisruptionBudget of a workload."""

from __future__ import annotations

import pytest

from andamio.kubernetes.disruption import DisruptionBudget
from andamio.model import Scaling

from .shop import built, find, names, service


@pytest.mark.parametrize(("scaling", "guarded"), [(Scaling(min=1, max=1), False), (Scaling(min=1, max=2), True)])
def test_a_budget_guards_what_can_have_more_than_one_replica(scaling: Scaling, guarded: bool) -> None:
    found = built(service(scaling=scaling))
    assert names(found, "PodDisruptionBudget") == ({"orders"} if guarded else set())
    if guarded:
        assert find(found, "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


def test_one_pod_may_leave_at_a_time_and_a_broken_one_always() -> None:
    selector = {"app.kubernetes.io/name": "orders"}
    spec = DisruptionBudget(name="orders", namespace="orders", selector={"app.kubernetes.io/name": "orders"}).body[
        "spec"
    ]
    assert spec == {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": selector},
    }
