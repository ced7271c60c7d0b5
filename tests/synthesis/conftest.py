"""Fixtures of the tests of synthesis."""

from pathlib import Path

import pytest

from andamio.synthesis import swap
from tests.synthesis.publishing import go_the_way, prepare


@pytest.fixture(params=["exchange", "renames"])
def out(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to publish into; once with and once without the exchange of two folders in one step."""
    if request.param == "renames":
        monkeypatch.setattr(swap, "exchange", lambda one, other: False)
    (tmp_path / "a project").mkdir()
    return tmp_path / "a project" / "dist"


@pytest.fixture(params=["exchange", "renames", "mount"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def occupied(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with OLD published, and files of others in it."""
    out = tmp_path / "a project" / "dist"
    out.mkdir(parents=True)
    go_the_way(way, out, monkeypatch.setattr)
    prepare(out)
    return out
