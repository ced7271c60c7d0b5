"""The suite leaves no temporary file, also after a run that was killed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import temporary


def test_this_run_s_temporary_files_lie_in_a_folder_of_its_own() -> None:
    assert Path(tempfile.gettempdir()).name.startswith("at-")
    assert os.environ["TMPDIR"] == tempfile.gettempdir()


def test_what_a_killed_run_left_goes_with_the_next(tmp_path, monkeypatch) -> None:
    """Thousands of folders had gathered."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead, alive, other = (tmp_path / name for name in (f"at-{ended.pid}-x", f"at-{os.getpid()}-x", "at-noon-x"))
    for folder in (dead, alive, other):
        (folder / "inside").mkdir(parents=True)
    monkeypatch.delenv("ANDAMIO_TESTS_TMPDIR")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    folder = temporary.redirect()
    assert folder is not None
    assert folder.parent == tmp_path
    assert [dead.exists(), alive.exists(), other.exists()] == [False, True, True]


def test_only_the_project_s_own_files_fail_a_run(tmp_path) -> None:
    for name in ("andamio-x", "cdktf.outdir.x"):
        (tmp_path / name).mkdir()
    assert temporary.ours_left(tmp_path) == ["andamio-x"]
