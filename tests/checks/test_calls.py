"""Circles of synchronous calls."""

from __future__ import annotations

from itertools import pairwise

from andamio.checks.run import run
from andamio.contract.platform import Platform
from andamio.model import Http, Service, per_env
from tests.checks.planting import BASE
from tests.checks.shop import TODAY, Shop


def shop(**calls: tuple[str, ...]) -> Shop:
    found = BASE
    for name, callees in calls.items():
        found = found.add(Service(name=name, team="web", http=Http(), calls=callees))
    return found


def circles(platform: Platform) -> list[str]:
    return [f.means for f in run(platform, today=TODAY) if f.code == "AND024"]


def test_a_circle_is_told_once_with_its_path() -> None:
    assert circles(shop(a=("b",), b=("c",), c=("a",)).platform()) == ["synchronous calls make a circle: a → b → c → a"]


def test_two_circles_are_two_findings() -> None:
    found = circles(shop(a=("b",), b=("a",), c=("d",), d=("c",)).platform())
    assert found == ["synchronous calls make a circle: a → b → a", "synchronous calls make a circle: c → d → c"]


def test_a_diamond_is_no_circle() -> None:
    assert circles(shop(a=("b", "c"), b=("d",), c=("d",), d=()).platform()) == []


def test_calls_of_one_environment_make_a_circle_there() -> None:
    platform = shop(a=("b",), b=(per_env("stock", production="a"),)).platform()
    [finding] = [f for f in run(platform, today=TODAY) if f.code == "AND024"]
    assert finding.at == "a.calls[0] in production"


def test_a_long_chain_is_walked_without_recursion() -> None:
    names = [f"s{number:04}" for number in range(1500)]
    after = dict(pairwise(names))
    chain = {name: (after[name],) if name in after else (names[0],) for name in names}
    [means] = circles(shop(**chain).platform())
    assert means.count("→") == 1500
