"""Fixtures of the tests of synthesis."""

from collections.abc import Callable
from pathlib import Path

import pytest

from andamio.synthesis import swap
from andamio.synthesis.content import Part
from andamio.synthesis.publish import publish
from tests.synthesis.publishing import NEW, content_of, go_the_way, prepare, tree_of


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


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[..., dict[str, str | bytes]]:
    """What publishing the given parts into an empty folder makes."""

    def make(parts: dict[str, Part]) -> dict[str, str | bytes]:
        folder = tmp_path / "fresh" / "dist"
        publish(folder, parts)
        return tree_of(folder)

    return make


@pytest.fixture
def old_and_new(tmp_path: Path) -> tuple[dict[str, str | bytes], dict[str, str | bytes]]:
    """What a folder with OLD, and what one with NEW published holds."""
    other = tmp_path / "other" / "dist"
    prepare(other)
    old = content_of(other)
    publish(other, NEW)
    return old, content_of(other)
