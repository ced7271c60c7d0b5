"""Running the rules: all findings, sorted, merged over environments; a rule that raises is told by its code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from andamio.checks import run as module
from andamio.checks.finding import Finding, Severity
from andamio.checks.rule import Rule, Stage
from andamio.checks.run import check_catalog, check_output, run
from andamio.contract.platform import Platform
from andamio.model import Image, Scaling, per_env
from tests.checks.planting import BASE, OLD
from tests.checks.shop import TODAY, image, shop
from tests.checks.shop_output import edited


def test_a_finding_in_every_environment_names_none() -> None:
    [finding] = run(BASE.service("stock", scaling=Scaling(min=3, max=2)).platform(), today=TODAY)
    assert finding.at == "stock.scaling.min"


def test_a_finding_in_one_environment_names_it() -> None:
    scaling = per_env(Scaling(min=1, max=2), staging=Scaling(min=3, max=2))
    [finding] = run(BASE.service("stock", scaling=scaling).platform(), today=TODAY)
    assert str(finding) == (
        "AND030 catalog/services/stock.py: stock.scaling.min in staging = 3: is more than max, which is 2."
        " Set min=2 or less, or raise max."
    )


def test_a_finding_in_two_environments_names_both_once() -> None:
    scaling = per_env(Scaling(min=3, max=2), production=Scaling(min=2, max=4))
    [finding] = run(BASE.service("stock", scaling=scaling).platform(), today=TODAY)
    assert finding.at == "stock.scaling.min in dev, staging"


def test_findings_with_other_values_stay_apart() -> None:
    scaling = per_env(Scaling(min=3, max=2), production=Scaling(min=9, max=2))
    findings = run(BASE.service("stock", scaling=scaling).platform(), today=TODAY)
    assert {finding.at: finding.value for finding in findings} == {
        "stock.scaling.min in dev, staging": 3,
        "stock.scaling.min in production": 9,
    }


def test_the_order_of_declaration_changes_nothing() -> None:
    broken = (
        BASE.service("orders", calls=("stok", "orders")).service("mailer", team="wb").network("dev", nodes="1.2.3.4/3")
    )
    turned = replace(
        broken, services=tuple(reversed(broken.services)), environments=tuple(reversed(broken.environments))
    )
    assert run(broken.platform(), today=TODAY) == run(turned.platform(), today=TODAY)
    assert len(run(broken.platform(), today=TODAY)) >= 4


def test_a_rule_that_raises_is_our_mistake_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(platform: Platform) -> Iterator[Finding]:
        raise ZeroDivisionError("oops")

    bad = Rule(
        code="AND998",
        severity=Severity.ERROR,
        title="Bad",
        reason="Raises.",
        stage=Stage.CATALOG,
        theme="tests",
        acceptable=True,
        check=broken,
    )
    monkeypatch.setattr(module, "all_rules", lambda: {"AND998": bad})
    with pytest.raises(ZeroDivisionError) as caught:
        run(BASE.platform(), today=TODAY)
    assert "in rule AND998" in caught.value.__notes__


def test_the_catalog_is_checked_without_the_output_and_the_other_way_round() -> None:
    platform = BASE.service("orders", calls=("stok",)).platform()
    wrong = edited(OLD, lambda stacks, documents: documents.pop("dev/orders/NetworkPolicy.deny-all.yaml"))
    assert {finding.code for finding in check_catalog(platform, today=TODAY)} == {"AND021"}
    assert {finding.code for finding in check_output(platform, wrong, today=TODAY)} == {"AND206"}
    assert {finding.code for finding in run(platform, output=wrong, today=TODAY)} == {"AND021", "AND206"}


def test_a_value_that_cannot_be_hashed_is_shown_as_a_list() -> None:
    [finding] = run(
        BASE.service("mailer", routes=shop().services[0].routes).platform(), today=TODAY, disabled=frozenset({"AND027"})
    )
    assert '= ["/orders"]:' in str(finding)


def test_severity_follows_the_rule() -> None:
    findings = run(
        BASE.release("production", stock=Image(tag="latest")).release("staging", nightly=None).platform(), today=TODAY
    )
    assert {f.code: f.severity for f in findings} == {
        "AND050": Severity.ERROR,
        "AND053": Severity.ERROR,
        "AND052": Severity.WARNING,
    }


def test_environments_without_a_release_are_fine() -> None:
    platform = replace(BASE, releases={}).platform()
    assert run(platform, today=TODAY) == []
    assert image().digest
