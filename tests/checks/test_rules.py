"""Each rule finds the mistake that is planted for it, and only that."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from andamio.checks.finding import Finding, Severity
from andamio.checks.rule import Stage
from andamio.checks.rules import THEMES, all_rules
from andamio.checks.run import run
from tests.checks.planting import OLD, Plant
from tests.checks.plants import ALSO, PLANTS
from tests.checks.shop import TODAY, shop
from tests.checks.shop_output import output

RULES = all_rules()
TESTED = sorted(code for code, rule in RULES.items() if rule.stage is not Stage.LOADING)


def found(plant: Plant, disabled: Iterable[str] = ()) -> list[Finding]:
    return run(plant.platform, output=plant.output, previous=plant.previous, today=TODAY, disabled=frozenset(disabled))


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def test_a_valid_catalog_has_no_findings() -> None:
    platform = shop().platform()
    now = output(platform)
    assert run(platform, output=now, previous=now, today=TODAY) == []


def test_every_rule_has_a_plant_and_every_plant_a_rule() -> None:
    assert sorted(PLANTS) == TESTED


@pytest.mark.parametrize("code", TESTED)
def test_a_rule_finds_what_is_planted_and_nothing_when_it_is_off(code: str) -> None:
    plant = PLANTS[code]()
    also = ALSO.get(code, set())
    findings = found(plant)
    assert code in codes(findings), findings
    assert codes(findings) <= {code} | also, [str(finding) for finding in findings]
    assert code not in codes(found(plant, disabled={code}))


@pytest.mark.parametrize("code", TESTED)
def test_a_message_has_file_field_and_fix_on_one_line(code: str) -> None:
    for finding in found(PLANTS[code]()):
        text = str(finding)
        assert text.startswith(f"{finding.code} {finding.file}")
        assert re.fullmatch(r"(catalog|dist)/[a-z/0-9A-Z._-]+\.(py|json|yaml)", finding.file)
        assert finding.at or finding.file.startswith("dist/")
        assert finding.means
        assert not finding.means.endswith(".")
        assert finding.fix
        assert finding.fix[0].isupper()
        assert "\n" not in text
        assert "andamio.model" not in text
        assert finding.severity is RULES[finding.code].severity


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_explains_itself(code: str) -> None:
    rule = RULES[code]
    assert rule.title[0].isupper() or rule.title.startswith("per_env")
    assert not rule.title.endswith(".")
    assert len(rule.reason) > 60
    assert rule.reason.splitlines()[0].endswith((".", ":")), "a summary in one line"
    assert rule.theme.rpartition(".")[2] in THEMES


def test_at_least_forty_rules_are_errors() -> None:
    assert sum(rule.severity is Severity.ERROR for rule in RULES.values()) >= 40


def test_all_mistakes_at_once_are_all_reported() -> None:
    from andamio.model import Route, Scaling, Schedule
    from tests.checks.planting import BASE

    platform = (
        BASE.service("orders", team="nobody", calls=("stok", "orders"), scaling=Scaling(min=9, max=1))
        .service("mailer", routes=(Route(host="mail"),), subscribes=("nothing",))
        .service("nightly", schedule=Schedule(cron="99 2 * * *", time_zone="Nowhere"))
        .network("dev", nodes="10.10.1.0/20", pods="10.300.0.0/8", services="1.2.3.4/33")
        .environment("staging", region="NOWHERE", zones=("x",), project="1" * 32)
        .pool("production", 0, flavor="z9", min=50)
        .platform()
    )
    findings = run(platform, output=OLD, previous=OLD, today=TODAY)
    assert {"AND020", "AND021", "AND023", "AND030", "AND011", "AND102", "AND017", "AND018", "AND070"} <= codes(findings)
    assert {"AND076", "AND113", "AND082", "AND081"} <= codes(findings)
    assert findings == sorted(findings, key=lambda finding: finding.order)
