"""What this platform promises, checked on each change. `andamio.testing` has the helpers."""

from pathlib import Path

from andamio.loading import load


def test_the_catalog_can_be_read() -> None:
    platform = load(Path(__file__).parents[1] / "catalog")
    assert {environment.name for environment in platform.environments} == {"dev", "production"}
