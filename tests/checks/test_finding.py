"""How a finding reads, and which name is near."""

from __future__ import annotations

import pytest

from andamio.checks.finding import Finding, did_you_mean

FINDING = Finding(
    code="AND021",
    file="catalog/services/orders.py",
    at="orders.calls[1]",
    value="inventry",
    means="no such service",
    fix='Did you mean "inventory"?',
)


def test_a_finding_reads_as_the_design_shows() -> None:
    assert str(FINDING) == (
        'AND021 catalog/services/orders.py: orders.calls[1] = "inventry": no such service. Did you mean "inventory"?'
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("inventry", 'Did you mean "inventory"?'),
        ("prod", 'Did you mean "production"?'),
        ("xyz", ""),
        ("in", ""),
        ("", ""),
    ],
)
def test_the_nearest_name_is_like_it_or_begins_with_it(name: str, expected: str) -> None:
    assert did_you_mean(name, ["inventory", "production", "inverse"]) == expected
