"""Routes: equal, below each other, on hosts of other environments."""

from __future__ import annotations

import pytest

from andamio.checks.run import run
from andamio.model import Domain, Route
from tests.checks.planting import BASE
from tests.checks.shop import TODAY


def codes(*routes: Route) -> list[str]:
    """Findings when stock has these routes beside orders' `api/orders`."""
    return [finding.code for finding in run(BASE.service("stock", routes=routes).platform(), today=TODAY)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/orders", ["AND027"]),
        ("/orders/", ["AND027"]),
        ("/orders/stock", ["AND028"]),
        ("/orders/stock/all", ["AND028"]),
        ("/orders-old", []),
        ("/order", []),
        ("/", []),
    ],
)
def test_prefixes_are_compared_by_segments(path: str, expected: list[str]) -> None:
    assert codes(Route(host="api", path=path)) == expected


def test_another_host_is_another_route() -> None:
    assert codes(Route(host="www", path="/orders")) == []


def test_a_service_may_route_below_its_own() -> None:
    assert codes(Route(host="api", path="/stock"), Route(host="api", path="/stock/all", timeout=60)) == []


def test_a_host_may_not_be_the_domain_of_another_environment() -> None:
    shop = BASE.environment("dev", domain=Domain(name="shop.example", zone="shop.example")).service(
        "stock", routes=(Route(host="staging"),)
    )
    assert [(f.code, f.at) for f in run(shop.platform(), today=TODAY)] == [("AND114", "staging.domain.name")]
