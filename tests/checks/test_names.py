"""`per_env` is looked at wherever it may stand."""

from __future__ import annotations

from typing import Any

import pytest

from andamio.checks.run import run
from andamio.contract.names import RESERVED_TEAMS
from andamio.model import Http, Image, Pool, Postgres, Release, Resources, Route, Team, Tombstone, per_env
from tests.checks.planting import BASE
from tests.checks.shop import TODAY


@pytest.mark.parametrize(
    ("name", "changes", "at"),
    [
        ("orders", {"resources": Resources(cpu=per_env(100, prod=200))}, "orders.resources.cpu"),
        ("orders", {"http": per_env(Http(), prod=Http(port=9000))}, "orders.http"),
        ("stock", {"config": {"A": per_env("a", prod="b")}}, 'stock.config["A"]'),
        (
            "stock",
            {"routes": (Route(host="api", path="/stock", timeout=per_env(1, prod=2)),)},
            "stock.routes[0].timeout",
        ),
        (
            "stock",
            {"database": per_env(None, dev=Postgres(pool=Pool(size=per_env(5, prod=6))))},
            "stock.database<dev>.pool.size",
        ),
    ],
)
def test_an_environment_that_does_not_exist_is_found_at_any_depth(name: str, changes: dict[str, Any], at: str) -> None:
    [finding] = [f for f in run(BASE.service(name, **changes).platform(), today=TODAY) if f.code == "AND004"]
    assert (finding.at, finding.value) == (at, "prod")
    assert finding.fix == 'Did you mean "production"?'


def test_what_is_shared_cannot_differ() -> None:
    findings = run(BASE.share(contact=per_env("a@shop.example", dev="b@shop.example")).platform(), today=TODAY)
    assert [(f.code, f.at) for f in findings] == [("AND004", "shared.contact")]


def test_a_tombstone_names_known_environments() -> None:
    findings = run(BASE.bury(Tombstone(service="old", environments=("prod",))).platform(), today=TODAY)
    assert [(f.code, f.file) for f in findings] == [("AND004", "catalog/tombstones.py")]


@pytest.mark.parametrize(
    "name", ["kube-shop", "default", "gateway", "platform", "istiod", "root", "applications", "access", "namespaces"]
)
def test_namespaces_applications_and_folders_of_the_platform_are_taken(name: str) -> None:
    from andamio.model import Service

    findings = run(BASE.add(Service(name=name, team="web")).platform(), today=TODAY)
    assert [f.code for f in findings] == ["AND005"]


@pytest.mark.parametrize("name", sorted(RESERVED_TEAMS))
def test_a_team_does_not_take_a_project_that_is_there_already(name: str) -> None:
    teams = (*BASE.shared.teams, Team(name=name, group="shop-others"))
    findings = run(BASE.share(teams=teams).platform(), today=TODAY)
    assert [(f.code, f.at, f.value) for f in findings] == [("AND005", "shared.teams", name)]


def test_an_environment_called_shared_would_look_like_the_shared_stacks() -> None:
    from dataclasses import replace

    platform = replace(BASE.environment("dev", name="shared"), releases={"shared": Release(services={})}).platform()
    assert "AND005" in {f.code for f in run(platform, today=TODAY)}


def test_a_release_names_the_nearest_service() -> None:
    [finding] = run(BASE.release("dev", stok=Image(tag="a", digest=f"sha256:{'0' * 64}")).platform(), today=TODAY)
    assert finding.fix == 'Did you mean "stock"?'
