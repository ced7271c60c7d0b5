"""Links, files and odd places as the published folder."""

from pathlib import Path

import pytest

from andamio.synthesis.content import Part
from andamio.synthesis.errors import (
    StorageError,
)
from andamio.synthesis.publish import plan, publish
from tests.synthesis.publishing import ONE, TWO, names_in


class TestPlace:
    """Links, files and odd places as the published folder."""

    def test_a_link_keeps_pointing_to_the_folder(self, out: Path) -> None:
        real = out.parent / "real"
        real.mkdir()
        out.symlink_to(real)
        publish(out, ONE)
        publish(out, TWO)
        assert out.is_symlink()
        assert plan(real, TWO).in_step

    def test_a_link_to_nowhere_makes_the_folder_there(self, out: Path) -> None:
        out.symlink_to("real")
        publish(out, ONE)
        assert plan(out.parent / "real", ONE).in_step

    def test_a_file_is_refused(self, out: Path) -> None:
        out.write_text("mine")
        with pytest.raises(StorageError, match="is a file"):
            publish(out, ONE)
        assert out.read_text() == "mine"

    def test_parents_are_made(self, out: Path) -> None:
        publish(out / "a/b/dist", ONE)
        assert plan(out / "a/b/dist", ONE).in_step

    def test_a_relative_path_from_inside_the_folder(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        publish(out, ONE)
        monkeypatch.chdir(out.parent)
        assert plan(Path("dist"), ONE).in_step
        monkeypatch.chdir(out / "k8s")
        publish(Path(".."), TWO)
        assert plan(out, TWO).in_step

    def test_a_mount_point_is_swapped_entry_by_entry(self, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        out.mkdir()
        inode = out.stat().st_ino
        monkeypatch.setattr("andamio.synthesis.place._is_mount", lambda path: path == str(out))
        publish(out, ONE)
        (out / "mine").write_text("mine")
        publish(out, TWO)
        publish(out, {"terraform": Part(root="terraform")})
        assert out.stat().st_ino == inode
        assert not (out.parent / ".andamio").exists()
        assert names_in(out) == [".andamio", "k8s", "manifest.json", "mine"]
        assert names_in(out / ".andamio/publish") == ["index.json", "lock"]
