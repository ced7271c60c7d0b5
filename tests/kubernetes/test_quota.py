"""Quota and limits of a service's namespace."""

from __future__ import annotations

from andamio.contract.footprint import ceiling
from andamio.model import Migration, Postgres, Resources, Scaling

from .shop import built, find, service, view

DECLARED = service(
    resources=Resources(cpu=100, memory=200, cpu_limit=500),
    scaling=Scaling(min=2, max=8),
    database=Postgres(),
    migration=Migration(command=("up",)),
)


def test_the_quota_holds_the_largest_scale_its_rollout_and_the_migration() -> None:
    hard = find(built(DECLARED), "ResourceQuota", "service")["spec"]["hard"]
    most = ceiling(view(DECLARED).service)
    assert most.pods == 8 + 2 + 2 + 1
    assert hard["pods"] == "13"
    assert (hard["requests.cpu"], hard["requests.memory"]) == ("1300m", "2600Mi")
    assert (hard["limits.cpu"], hard["limits.memory"]) == ("6500m", "2600Mi")


def test_no_volume_and_no_load_balancer_is_bought_by_a_service() -> None:
    hard = find(built(DECLARED), "ResourceQuota", "service")["spec"]["hard"]
    assert hard["services.loadbalancers"] == hard["services.nodeports"] == hard["persistentvolumeclaims"] == "0"


def test_a_container_without_requests_gets_the_services_own() -> None:
    (limit,) = find(built(DECLARED), "LimitRange", "service")["spec"]["limits"]
    assert limit["defaultRequest"] == {"cpu": "100m", "memory": "200Mi"}
    assert limit["default"] == limit["max"] == {"cpu": "500m", "memory": "200Mi"}
