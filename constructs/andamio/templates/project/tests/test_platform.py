"""What this platform promises, checked on each change. Add what yours must keep."""

from pathlib import Path

import pytest

from andamio.testing import Reach, Synthesized, synthesize


@pytest.fixture(scope="session")
def result() -> Synthesized:
    """Everything that the catalog makes, in memory."""
    return synthesize(Path(__file__).parents[1] / "catalog")


@pytest.fixture(params=["dev", "production"])
def reach(request: pytest.FixtureRequest, result: Synthesized) -> Reach:
    """Who reaches whom in each environment."""
    return result.environment(request.param).reach()


def test_no_rule_is_broken(result: Synthesized) -> None:
    assert [str(finding) for finding in result.findings] == []


def test_the_world_comes_in_through_the_gateway_only(result: Synthesized, reach: Reach) -> None:
    assert reach.allows("world", "gateway/public", port=443)
    for service in result.platform.services:
        reach.assert_cannot_reach("world", service.name)


def test_the_gateway_reaches_hello(reach: Reach) -> None:
    reach.assert_reaches("gateway/public", "hello", port=8080)
