"""What the sandbox says where its copy does not synthesize, and that its copies are whole or as they were."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from andamio.sandbox import copies
from andamio.sandbox.copies import SynthesisError, copy_project, synthesize
from andamio.sandbox.record import Record
from andamio.sandbox.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "shop" / "catalog").mkdir(parents=True)
    found = Site(checkout=tmp_path / "shop", record=Record(tmp_path / "sandbox"))
    found.project.mkdir(parents=True)
    return found


@pytest.mark.parametrize(
    ("code", "out", "err", "said"),
    [
        (-9, "", "", "`andamio synth` was ended by SIGKILL."),
        (1, "", "error: an add-on has no values", "an add-on has no values"),
        (0, "", "", "`andamio synth` said nothing"),
        (5, "{}", "error: No space left on device.", "No space left on device."),
    ],
    ids=["killed", "no findings", "nothing", "no space"],
)
def test_a_synthesis_that_ends_badly_is_told_in_its_words(
    site: Site, monkeypatch: pytest.MonkeyPatch, code: int, out: str, err: str, said: str
) -> None:
    done = subprocess.CompletedProcess([], code, out, err)
    monkeypatch.setattr(copies.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(SynthesisError) as told:
        synthesize(site)
    assert str(told.value) == said
    assert told.value.code == code


def test_a_copy_that_is_cut_off_leaves_files_whole(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    file = site.checkout / "catalog" / "environments.py"
    file.write_text("old", encoding="utf-8")
    copy_project(site)
    file.write_text("new", encoding="utf-8")

    def cut_off(path: Path, data: bytes) -> int:
        with path.open("wb") as half:
            half.write(data[:1])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", cut_off)
        with pytest.raises(OSError, match="No space left"):
            copy_project(site)
    copied = site.project / "catalog" / "environments.py"
    assert copied.read_text(encoding="utf-8") == "old"
    copy_project(site)
    assert copied.read_text(encoding="utf-8") == "new"
    assert [one.name for one in copied.parent.iterdir()] == [copied.name], "nothing of the cut off copy stays"
