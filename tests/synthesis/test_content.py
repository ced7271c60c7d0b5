"""A path that cannot be published is refused before anything is looked at."""

from pathlib import Path

import pytest

from andamio.synthesis.content import File, Part
from andamio.synthesis.errors import (
    ContentError,
    PublishError,
)
from andamio.synthesis.publish import publish
from tests.synthesis.publishing import ONE, tree_of


class TestContent:
    """A path that cannot be published is refused before anything is looked at."""

    @pytest.mark.parametrize(
        "path",
        [
            "/etc/passwd",
            "k8s/../x",
            "../x",
            "k8s/./x",
            "k8s//x",
            "k8s/x/",
            "",
            ".",
            "..",
            "elsewhere/x",
            "k8sx/x",
            "k8s",
            "k8s/a\x00b",
            "k8s/a\nb",
            "k8s/a\\b",
            "k8s/" + "a" * 256,
            "k8s/.git/x",
            "k8s/\ud800",
        ],
    )
    def test_unsound_paths(self, tmp_path: Path, path: str) -> None:
        with pytest.raises(ContentError):
            publish(tmp_path / "dist", {"kubernetes": Part.of(root="k8s", contents={path: "x"})})
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("path", ["manifest.json", ".andamio/x", "manifest.json/x", ".git/config"])
    def test_reserved_paths(self, tmp_path: Path, path: str) -> None:
        with pytest.raises(ContentError, match="reserved"):
            publish(tmp_path / "dist", {"all": Part.of(root="", contents={path: "x"})})

    @pytest.mark.parametrize(
        "paths",
        [
            ("k8s/a", "k8s/A"),
            ("k8s/a/x", "k8s/A/y"),
            ("k8s/a", "k8s/a/b"),
            ("k8s/a", "k8s/A/b"),
            ("k8s/é", "k8s/e\u0301"),
            ("k8s/straße", "k8s/STRASSE"),
        ],
    )
    def test_paths_that_exclude_each_other(self, tmp_path: Path, paths: tuple[str, str]) -> None:
        with pytest.raises(ContentError):
            publish(tmp_path / "dist", {"kubernetes": Part.of(root="k8s", contents=dict.fromkeys(paths, "x"))})

    def test_two_parts_cannot_own_one_path(self, tmp_path: Path) -> None:
        one, two = (Part.of(root="", contents={"x": text}) for text in "ab")
        with pytest.raises(ContentError, match="parts one and two"):
            publish(tmp_path / "dist", {"one": one, "two": two})
        publish(tmp_path / "dist", {"one": one})
        with pytest.raises(ContentError, match="parts two and one"):
            publish(tmp_path / "dist", {"two": two})

    def test_bytes_that_are_not_what_their_hash_says(self, out: Path) -> None:
        publish(out, ONE)
        before = tree_of(out)
        wrong = File(sha256="0" * 64, read=lambda: b"x")
        with pytest.raises(PublishError, match="hash"):
            publish(out, {"kubernetes": Part(root="k8s", files={"k8s/x": wrong})})
        assert tree_of(out) == before
        with pytest.raises(ContentError, match="SHA-256"):
            publish(out, {"kubernetes": Part(root="k8s", files={"k8s/x": File(sha256="x", read=bytes)})})
