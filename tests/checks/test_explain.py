"""What people read of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from andamio.checks.explain import explain, reference
from andamio.checks.rules import all_rules


def test_a_rule_is_explained_with_its_reason_and_whether_it_may_be_accepted() -> None:
    text = explain("and034")
    assert text.startswith("AND034 A drain does not take a critical service down\nError, over the catalog; may be")
    assert "ten minutes" in text


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(LookupError, match="no rule has the code AND0334"):
        explain("AND0334")


@pytest.mark.parametrize("code", sorted(all_rules()))
def test_the_reference_has_every_rule_once(code: str) -> None:
    assert reference().count(f"### {code}: ") == 1


def test_the_reference_is_in_step(project: Path) -> None:
    """Made anew by `python -m andamio.checks > docs/reference/checks.md`."""
    assert (project / "docs/reference/checks.md").read_text(encoding="utf-8") == reference()
