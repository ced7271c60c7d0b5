"""The register of rules refuses what would confuse later."""

from __future__ import annotations

import subprocess
import sys

import pytest

from andamio.checks.finding import Severity
from andamio.checks.rule import Rule, Stage, register, rule
from andamio.checks.rules import all_rules


def _rule(**changed: object) -> Rule:
    values = {
        "code": "AND999",
        "severity": Severity.ERROR,
        "title": "A title",
        "reason": "Why.",
        "stage": Stage.CATALOG,
        "theme": "tests",
        "acceptable": True,
        "check": None,
    }
    return Rule(**{**values, **changed})


def test_a_code_is_given_once() -> None:
    all_rules()
    with pytest.raises(ValueError, match="AND034 is taken by 'A drain"):
        register(_rule(code="AND034"))


@pytest.mark.parametrize("code", ["AND34", "and034", "AND0345", ""])
def test_a_code_is_and_with_three_digits(code: str) -> None:
    with pytest.raises(ValueError, match="is no code"):
        register(_rule(code=code))


def test_a_rule_without_a_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="does not say why"):

        @rule("AND999", severity=Severity.ERROR, title="Says nothing")
        def silent(platform: object) -> list[object]:
            return []

    assert "AND999" not in all_rules()


def test_the_codes_that_the_model_names_are_there() -> None:
    assert {"AND001", "AND002", "AND004", "AND034", "AND050", "AND060"} <= set(all_rules())


def test_rules_over_the_output_cannot_be_accepted_unless_they_say_so() -> None:
    assert not any(found.acceptable for found in all_rules().values() if found.stage is Stage.OUTPUT)


def test_importing_the_checks_starts_no_jsii(project: object) -> None:
    code = "import sys, andamio.checks.run, andamio.checks.explain; sys.exit('jsii' in sys.modules)"
    path = {"PYTHONPATH": f"{project}/constructs"}
    assert subprocess.run([sys.executable, "-c", code], env=path, check=False).returncode == 0
