"""The arithmetic of capacity and connections, at its edges."""

from __future__ import annotations

import pytest

from andamio.checks.run import run
from andamio.model import Pool, Postgres, Resources, Scaling, Service
from tests.checks.planting import BASE
from tests.checks.shop import TODAY, Shop

NODE = 4000 - 150 - 20 - 250
"""Millicores that services may ask for on a b3-16."""


def codes(shop: Shop) -> list[str]:
    return [finding.code for finding in run(shop.platform(), today=TODAY)]


def alone(cpu: int, replicas: int) -> Shop:
    """One worker on the four b3-16 of development, nothing else."""
    worker = Service(
        name="worker",
        team="web",
        resources=Resources(cpu=cpu, memory=64),
        scaling=Scaling(min=1, max=replicas),
    )
    shop = BASE
    for service in BASE.services:
        shop = shop.without(service.name)
    return Shop(shared=shop.shared, environments=shop.environments[:1], services=(worker,), releases={}, outputs={})


@pytest.mark.parametrize(("cpu", "expected"), [(4 * NODE // 5, []), (4 * NODE // 5 + 1, ["AND032"])])
def test_surge_counts_and_the_last_millicore_does(cpu: int, expected: list[str]) -> None:
    """Four replicas and one of surge on four nodes at most."""
    assert codes(alone(cpu, 4)) == expected


@pytest.mark.parametrize(("cpu", "expected"), [(NODE, []), (NODE + 1, ["AND033"])])
def test_a_pod_fits_what_a_node_has_left(cpu: int, expected: list[str]) -> None:
    assert codes(alone(cpu, 1)) == expected


def test_pods_count_too() -> None:
    assert "AND032" in codes(alone(1, 400))


def test_an_unknown_flavor_leaves_capacity_open() -> None:
    shop = alone(NODE + 1, 1).pool("dev", 1, flavor="b9-1")
    assert codes(shop) == ["AND082"]


@pytest.mark.parametrize(("size", "expected"), [(173, []), (174, ["AND044"])])
def test_a_cluster_is_full_at_its_last_connection(size: int, expected: list[str]) -> None:
    """db1-7: 200, less ten kept, less orders' pool of 5, less two of the migration, leaves 183 in development."""
    shop = BASE.service("stock", database=Postgres(pool=Pool(size=size + 10), placement="shared"))
    assert codes(shop) == expected


@pytest.mark.parametrize(("size", "expected"), [(25, []), (24, ["AND045"])])
def test_a_session_pool_needs_a_connection_for_each_client(size: int, expected: list[str]) -> None:
    """Four replicas and one of surge, five connections each, in staging and production."""
    shop = BASE.service("stock", database=Postgres(pool=Pool(size=size, mode="session", client_connections=5)))
    assert codes(shop) == expected


def test_the_same_pool_in_transaction_mode_is_fine() -> None:
    assert codes(BASE.service("stock", database=Postgres(pool=Pool(size=2, client_connections=5)))) == []
