"""Public routes of a service."""

from __future__ import annotations

import pytest

from andamio.kubernetes.route import HttpRoute, route_name
from andamio.model import Route

from .shop import environment


@pytest.mark.parametrize(
    ("host", "path", "name"),
    [
        ("api", "/", "api"),
        ("", "/", "apex"),
        ("api", "/orders/v1", "api.orders.v1"),
        ("api", "/back-office/", "api.back-office"),
        ("api", "/A_b", "api.x41x5fb"),
        ("api", "/-a", "api.x2da"),
    ],
)
def test_a_route_is_named_by_its_host_and_path(host: str, path: str, name: str) -> None:
    assert route_name(Route(host=host, path=path)) == name


def route(**fields: object) -> dict[str, object]:
    declared = Route(**{"host": "api", "path": "/orders", **fields})
    return HttpRoute(service="orders", route=declared, environment=environment()).body["spec"]


def test_a_route_binds_to_the_listener_that_ends_tls() -> None:
    (parent,) = route()["parentRefs"]
    assert (parent["namespace"], parent["name"], parent["sectionName"]) == ("gateway", "public", "https")


def test_the_host_lies_under_the_environments_domain() -> None:
    assert route()["hostnames"] == ["api.dev.tienda.example"]
    assert route(host="")["hostnames"] == ["dev.tienda.example"]


def test_a_route_leads_to_port_80_of_the_service_within_its_time() -> None:
    (rule,) = route(timeout=7)["rules"]
    assert (rule["backendRefs"][0]["name"], rule["backendRefs"][0]["port"]) == ("orders", 80)
    assert rule["timeouts"] == {"request": "7s"}
    assert "filters" not in rule


def test_a_rewrite_replaces_the_prefix() -> None:
    (rule,) = route(rewrite="/v2")["rules"]
    assert rule["filters"][0]["urlRewrite"]["path"] == {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/v2"}
