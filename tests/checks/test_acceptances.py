"""Acceptances silence what they name, until their last day, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from andamio.checks.run import check_output, run
from andamio.model import Acceptance, Registry, Scaling, per_env
from tests.checks.planting import BASE, OLD, REASON
from tests.checks.shop import TODAY, Shop


def accept(code: str, at: str = "", until: date = date(2026, 12, 31)) -> Acceptance:
    return Acceptance(code=code, at=at, reason=REASON, until=until)


def codes(shop: Shop, today: date = TODAY) -> list[str]:
    return [finding.code for finding in run(shop.platform(), today=today)]


def circle(*accepted: Acceptance) -> Shop:
    return BASE.service("stock", calls=("orders",)).service("orders", accepted=accepted)


@pytest.mark.parametrize("at", ["", "calls", "calls[0]", "orders.calls[0]"])
def test_an_accepted_finding_is_silent(at: str) -> None:
    assert codes(circle()) == ["AND024"]
    assert codes(circle(accept("AND024", at))) == []


@pytest.mark.parametrize("at", ["call", "calls[1]", "scaling", "stock.calls"])
def test_another_field_is_not_silenced(at: str) -> None:
    assert codes(circle(accept("AND024", at))) == ["AND007", "AND024"]


def test_the_last_day_counts_and_the_next_does_not() -> None:
    shop = circle(accept("AND024", until=TODAY))
    assert codes(shop) == []
    assert codes(shop, date(2026, 9, 2)) == ["AND006", "AND024"]


def test_one_environment_may_be_accepted_alone() -> None:
    scaling = per_env(Scaling(min=1, max=1), dev=Scaling(min=1, max=1))
    broken = BASE.service("orders", scaling=scaling)
    one = broken.service("orders", accepted=(accept("AND034", "scaling.min in staging"),))
    [finding] = run(one.platform(), today=TODAY)
    assert finding.at == "orders.scaling.min in production"


def test_an_acceptance_of_one_service_leaves_others_alone() -> None:
    broken = BASE.service("orders", config={"A_TOKEN": "hunter2!"}).service("stock", config={"A_TOKEN": "hunter2!"})
    accepted = broken.service("orders", accepted=(accept("AND091"),))
    assert [f.file for f in run(accepted.platform(), today=TODAY)] == ["catalog/services/stock.py"]


def test_environments_in_one_file_are_told_apart() -> None:
    broken = BASE.cluster("dev", update_policy="NEVER_UPDATE").cluster("staging", update_policy="NEVER_UPDATE")
    accepted = broken.environment("dev", accepted=(accept("AND121"),))
    assert [f.at for f in run(accepted.platform(), today=TODAY)] == ["staging.cluster.update_policy"]


def test_an_environment_accepts_for_its_release_file() -> None:
    from tests.checks.shop import image

    broken = BASE.release("dev", stock=image(digest=None)).release("staging", stock=image(digest=None))
    accepted = broken.environment("dev", accepted=(accept("AND050", "services.stock.digest"),))
    assert [f.file for f in run(accepted.platform(), today=TODAY)] == ["catalog/releases/staging.json"]


def test_what_is_shared_accepts_its_own() -> None:
    shop = BASE.share(registry=Registry(region="GRA", plan="SMALL"))
    assert codes(shop) == ["AND115"]
    assert codes(shop.share(accepted=(accept("AND115", "registry.plan"),))) == []


def test_what_must_not_be_accepted_is_not() -> None:
    shop = BASE.service("orders", calls=("stok",), accepted=(accept("AND021"),))
    assert codes(shop) == ["AND008", "AND021"]


def test_a_code_that_is_unknown_names_the_nearest() -> None:
    [finding] = run(BASE.service("orders", accepted=(accept("AND999"),)).platform(), today=TODAY)
    assert finding.code == "AND008"
    assert finding.at == "orders.accepted[0].code"


def test_an_acceptance_of_a_rule_that_did_not_run_is_not_called_idle() -> None:
    """AND064 compares with what was before: without that, nobody can say whether it is needed."""
    platform = BASE.environment("dev", accepted=(accept("AND064"),)).platform()
    assert run(platform, today=TODAY) == []
    assert check_output(platform, OLD, today=TODAY) == []
    assert [f.code for f in check_output(platform, OLD, previous=OLD, today=TODAY)] == ["AND007"]
    assert [f.code for f in run(platform, output=OLD, previous=OLD, today=TODAY)] == ["AND007"]


def test_a_rule_that_is_off_makes_no_acceptance_idle() -> None:
    assert run(circle(accept("AND024")).platform(), today=TODAY, disabled=frozenset({"AND024"})) == []
