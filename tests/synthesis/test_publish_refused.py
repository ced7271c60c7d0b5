"""The operating system says no to publishing: one message, and nothing has changed."""

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from andamio.synthesis import stage, swap
from andamio.synthesis.content import Part
from andamio.synthesis.errors import StorageError
from andamio.synthesis.publish import publish
from andamio.synthesis.tree import scan
from tests.synthesis.publishing import (
    NEW,
    OLD,
    content_of,
    go_the_way,
    marks_of,
    prepare,
)


@pytest.fixture
def out(occupied: Path) -> Path:
    """The folder that is published into, with files of others in it."""
    return occupied


@pytest.mark.parametrize(
    ("number", "message"),
    [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "quota"), (errno.EIO, "error"), (errno.EACCES, "permission")],
)
def test_a_write_fails(
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    old_and_new: tuple[object, object],
    number: int,
    message: str,
) -> None:
    def write(descriptor: int, data: bytes) -> int:
        raise OSError(number, os.strerror(number))

    before = marks_of(out)
    with monkeypatch.context() as patch:
        patch.setattr(stage.os, "write", write)
        with pytest.raises(StorageError, match=message) as caught:
            publish(out, NEW)
    assert isinstance(caught.value.__cause__, OSError)
    assert "k8s" in caught.value.file
    assert content_of(out) == old_and_new[0]
    assert {path: mark for path, mark in marks_of(out).items() if ".andamio" not in path} == {
        path: mark for path, mark in before.items() if ".andamio" not in path
    }
    publish(out, NEW)
    assert content_of(out) == old_and_new[1]


def test_a_write_that_takes_a_part_is_continued(
    out: Path, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object]
) -> None:
    write = os.write
    monkeypatch.setattr(stage.os, "write", lambda descriptor, data: write(descriptor, data[:1]))
    publish(out, NEW)
    assert content_of(out) == old_and_new[1]


def test_a_file_larger_than_the_limit(out: Path, old_and_new: tuple[object, object]) -> None:
    large = {"kubernetes": Part.of(root="k8s", contents={"k8s/large": "x" * 200_000})}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageError, match="ulimit"):
            publish(out, large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert content_of(out) == old_and_new[0]
    publish(out, NEW)
    assert content_of(out) == old_and_new[1]


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def test_without_hard_links_files_are_copied_with_their_time(
    out: Path, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object], number: int
) -> None:
    def link(old: str, new: str) -> None:
        raise OSError(number, os.strerror(number), old, None, new)

    before = marks_of(out)
    monkeypatch.setattr(stage.os, "link", link)
    publish(out, NEW)
    assert content_of(out) == old_and_new[1]
    assert marks_of(out)["k8s/a"][1] == before["k8s/a"][1]
    assert publish(out, NEW).in_step


@pytest.mark.parametrize("which", [1, 2])
def test_a_rename_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object], which: int
) -> None:
    out = tmp_path / "stuck" / "dist"
    prepare(out)
    rename, calls = os.rename, []

    def fail(old: str, new: str) -> None:
        calls.append(old)
        if len(calls) == which:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), old, None, new)
        rename(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(swap, "exchange", lambda one, other: False)
        patch.setattr(swap.os, "rename", fail)
        with pytest.raises(StorageError, match="mount point"):
            publish(out, NEW)
        assert content_of(out) == old_and_new[0]
    publish(out, NEW)
    assert content_of(out) == old_and_new[1]


@pytest.mark.parametrize("which", range(1, 7))
def test_a_rename_in_a_mount_point_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object], which: int
) -> None:
    out = tmp_path / "stuck" / "dist"
    out.mkdir(parents=True)
    go_the_way("mount", out, monkeypatch.setattr)
    prepare(out)
    rename, calls = os.rename, []

    def fail(old: str, new: str) -> None:
        calls.append(old)
        if len(calls) == which:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), old, None, new)
        rename(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(swap.os, "rename", fail)
        with pytest.raises(StorageError, match="permission"):
            publish(out, NEW)
        assert content_of(out) == old_and_new[0]
    publish(out, NEW)
    assert content_of(out) == old_and_new[1]


def test_a_new_entry_of_a_mount_point_goes_again_when_the_next_rename_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "dist"
    out.mkdir()
    go_the_way("mount", out, monkeypatch.setattr)
    publish(out, {"terraform": OLD["terraform"]})
    before = content_of(out)
    rename = os.rename

    def fail(old: str, new: str) -> None:
        if old.endswith("manifest.json"):
            raise OSError(errno.EIO, os.strerror(errno.EIO), old, None, new)
        rename(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(swap.os, "rename", fail)
        with pytest.raises(StorageError):
            publish(out, OLD)
    assert content_of(out) == before


def test_a_file_system_mounted_inside() -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == Path("/dev").stat().st_dev:
        pytest.skip("/dev holds no mounted file system on this machine")
    with pytest.raises(StorageError, match="another file system is mounted here"):
        scan("/dev")


def test_a_parent_that_cannot_be_written_to(tmp_path: Path) -> None:
    """In a process without root's rights, which ignore modes."""
    parent = tmp_path / "locked"
    out = parent / "dist"
    out.mkdir(parents=True)
    parent.chmod(0o555)
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from andamio.synthesis.publish import plan, publish\n"
        "from andamio.synthesis.errors import StorageError\n"
        "from tests.synthesis.publishing import NEW\n"
        "os.chdir('/')\n"
        "os.geteuid() or os.setresuid(65534, 65534, 65534)\n"
        "assert not plan(Path(sys.argv[1]), NEW).in_step\n"
        "try:\n"
        "    publish(Path(sys.argv[1]), NEW)\n"
        "except StorageError as error:\n"
        "    print(error)\n"
    )
    # The way to the folder must be open to a process without rights.
    for folder in (*parent.parents, out):
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001 and os.geteuid() == 0:
            folder.chmod(folder.stat().st_mode | 0o055)
    repository = Path(__file__).parents[2]
    path = os.pathsep.join([str(repository / "constructs"), str(repository)])
    done = subprocess.run(
        [sys.executable, "-c", program, str(out)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    parent.chmod(0o755)
    assert "no permission" in done.stdout
    assert "Traceback" not in done.stderr
    assert not list(out.iterdir())


def test_a_damaged_journal_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "dist"
    prepare(out)
    (tmp_path / ".andamio/publish-dist/journal.json").write_text("{")
    with pytest.raises(StorageError, match="Restore"):
        publish(out, NEW)
