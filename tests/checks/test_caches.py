from __future__ import annotations

import pytest

from andamio.checks.run import check_catalog
from andamio.model import Cache
from tests.checks.planting import BASE
from tests.checks.shop import TODAY


def found(*commands: str) -> list[tuple[str, str]]:
    platform = BASE.service("stock", cache=Cache(commands=commands)).platform()
    return [(one.code, one.at) for one in check_catalog(platform, today=TODAY)]


@pytest.mark.parametrize("command", ["+eval", "+script|load", "+config|get", "+monitor", "+acl"])
def test_what_ovhcloud_refuses_to_everyone_is_told(command: str) -> None:
    assert found("+info", command) == [("AND136", "stock.cache.commands[1]")]


@pytest.mark.parametrize("command", ["+flushall", "+keys", "+shutdown", "+debug|sleep"])
def test_what_knows_no_prefix_is_told(command: str) -> None:
    assert found(command) == [("AND105", "stock.cache.commands[0]")]


@pytest.mark.parametrize("command", ["-eval", "-flushall", "+info", "+client|info", "+evaluate"])
def test_what_is_taken_away_or_harmless_is_not(command: str) -> None:
    assert found(command) == []
