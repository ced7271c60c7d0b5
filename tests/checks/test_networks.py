"""Ranges, regions, zones and pools at their edges."""

from __future__ import annotations

import pytest

from andamio.checks.run import run
from andamio.model import NodePool, Taint
from tests.checks.planting import APPS, BASE, SYSTEM
from tests.checks.shop import TODAY, Shop


def told(shop: Shop) -> list[tuple[str, str]]:
    return [(finding.code, finding.at) for finding in run(shop.platform(), today=TODAY)]


@pytest.mark.parametrize("text", ["10.10.0.0/33", "10.300.0.0/16", "10.10.0.1/20", "10.10.0.0/0"])
def test_what_is_no_range_is_one_finding_and_breaks_no_other_rule(text: str) -> None:
    assert told(BASE.network("dev", nodes=text)) == [("AND070", "dev.network.nodes")]


def test_a_range_that_begins_in_the_middle_is_corrected() -> None:
    [finding] = run(BASE.network("dev", nodes="10.10.1.0/20").platform(), today=TODAY)
    assert finding.fix == 'Write "10.10.0.0/20", which holds that address'


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"services": "10.10.8.0/24"}, "network.services"),
        ({"pods": "10.0.0.0/8"}, "network.pods"),
        ({"nodes": "172.17.4.0/24"}, "network.nodes"),
        ({"pods": "172.16.0.0/12"}, "network.pods"),
    ],
)
def test_ranges_of_one_environment_lie_apart(changes: dict[str, str], field: str) -> None:
    assert ("AND071", f"dev.{field}") in told(BASE.network("dev", **changes))


def test_pods_and_services_of_two_environments_may_be_the_same() -> None:
    assert BASE.environments[0].network.pods == BASE.environments[1].network.pods
    assert told(BASE) == []


@pytest.mark.parametrize(("most", "found"), [(23, []), (24, [("AND075", "dev.network.nodes")])])
def test_a_subnet_is_full_at_its_last_address(most: int, found: list[tuple[str, str]]) -> None:
    """64 addresses less 32 kept: three are Kafka's, five the system's, one is for an upgrade."""
    shop = BASE.network("dev", nodes="10.10.0.0/26").pool("dev", 1, max=most).service("stock", cache=None)
    shop = shop.service("orders", database=None, migration=None).service("stock", database=None)
    assert told(shop) == found


@pytest.mark.parametrize("text", ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/4"])
def test_production_is_closed_to_the_world_however_it_is_written(text: str) -> None:
    assert told(BASE.cluster("production", api_allow=("203.0.113.0/28", text))) == [
        ("AND079", "production.cluster.api_allow[1]")
    ]
    assert told(BASE.cluster("dev", api_allow=(text,))) == []


@pytest.mark.parametrize(
    ("zones", "found"),
    [
        ((), ["production.zones"]),
        (("eu-west-par-a",), []),
        (("eu-west-par-a", "eu-west-par-d"), ["production.zones[1]"]),
        (("eu-west-par-a", "eu-west-par-a"), ["production.zones[1]"]),
    ],
)
def test_three_zone_regions_name_their_zones(zones: tuple[str, ...], found: list[str]) -> None:
    assert [at for code, at in told(BASE.environment("production", zones=zones)) if code == "AND077"] == found


def test_pools_that_would_be_one_in_a_zone_are_found() -> None:
    twin = NodePool(**{**APPS.__dict__, "name": "apps-"})
    assert ("AND085", "dev.pools[2].name") in told(BASE.environment("dev", pools=(SYSTEM, APPS, twin)))


@pytest.mark.parametrize(
    ("labels", "bad"),
    [
        ({"shop.example/purpose": "orders"}, False),
        ({"purpose": ""}, False),
        ({"purpose": "a b"}, True),
        ({"-purpose": "a"}, True),
        ({"node.kubernetes.io/x": "a"}, True),
        ({"andamio.dev/pool": "mine"}, True),
        ({"Shop.Example/purpose": "a"}, True),
        ({"purpose": "x" * 64}, True),
    ],
)
def test_labels_are_those_that_kubernetes_takes(labels: dict[str, str], bad: bool) -> None:
    assert [code for code, _ in told(BASE.pool("dev", 1, labels=labels))] == ["AND089"] * bad


def test_one_application_pool_stays_open() -> None:
    taint = (Taint(key="shop.example/only", value="x"),)
    assert told(BASE.pool("dev", 1, taints=taint)) == [("AND089", "dev.pools[1].taints")]
    more = NodePool(name="more", role="applications", flavor="b3-16", min=1, max=2, taints=taint)
    assert told(BASE.environment("dev", pools=(SYSTEM, APPS, more))) == []
