"""`andamio init` fills an empty folder and no other."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from andamio.checks.finding import Severity
from andamio.checks.run import check_catalog
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError
from andamio.cli.init import init
from andamio.loading import load
from andamio.synthesis.errors import StorageError
from tests.properties.projects import tree


def test_a_new_project_has_all_that_it_needs_and_breaks_no_rule(tmp_path) -> None:
    folder = tmp_path / "new" / "shop"
    assert init(folder) == ExitCode.OK
    assert {entry.name for entry in folder.iterdir()} >= {
        ".gitignore", "README.md", "catalog", "cdk8s.yaml", "cdktf.json", "infra", "k8s", "tests",
    }  # fmt: skip
    errors = [str(f) for f in check_catalog(load(folder / "catalog")) if f.severity is Severity.ERROR]
    assert errors == []


@pytest.mark.parametrize("given", [".", "../shop", "../shop/"])
def test_it_says_the_folders_name_however_it_was_given(tmp_path, monkeypatch, capsys, given) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    init(Path(given))
    assert capsys.readouterr().out.splitlines()[0] == "Made a project in shop. Next:"


def test_it_copies_the_compositions_as_they_are(project, tmp_path) -> None:
    init(tmp_path)
    for name in ("infra", "k8s"):
        ours = {p: b for p, b in tree(project / name).items() if "__pycache__" not in p}
        assert tree(tmp_path / name) == ours


def test_a_fresh_repository_counts_as_empty(tmp_path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "LICENSE").write_text("mine")
    init(tmp_path)
    assert (tmp_path / "LICENSE").read_text() == "mine"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CommandError, match=r"not empty \(notes\.txt\)") as caught:
        init(tmp_path)
    assert caught.value.code == ExitCode.REFUSED
    assert tree(tmp_path) == {"notes.txt": b"mine"}


def test_what_is_no_folder_is_refused(tmp_path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(StorageError, match="a file stands where a folder must be"):
        init(file)
    assert file.read_text() == "mine"


def test_a_full_disk_leaves_no_half_project_in_the_way(tmp_path, monkeypatch) -> None:
    """`andamio init` refuses a folder with anything in it, so what a failed one leaves would forbid the next."""
    (tmp_path / "LICENSE").write_text("mine")
    copied = []

    def full(source: Path, target: Path) -> None:
        if len(copied) == 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        copied.append(target)
        target.write_bytes(source.read_bytes())

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", full)
        with pytest.raises(StorageError, match="the disk is full"):
            init(tmp_path)
    assert tree(tmp_path) == {"LICENSE": b"mine"}
    init(tmp_path)
