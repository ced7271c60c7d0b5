"""Whatever stops publishing, at whatever moment, the folder is as it was or as it should be."""

import errno
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from andamio.synthesis import stage, swap
from andamio.synthesis.content import Part
from andamio.synthesis.errors import StorageError
from andamio.synthesis.publish import plan, publish
from andamio.synthesis.tree import scan
from tests.synthesis.publishing import (
    NEW,
    OLD,
    at_step,
    content_of,
    go_the_way,
    marks_of,
    prepare,
    state_of,
)

# Publishes NEW into argv[1] in the way argv[2], and dies by SIGKILL at step number argv[3] (never if negative).
CHILD = """
import os, signal, sys
from pathlib import Path
from andamio.synthesis import place, stage, steps, swap, tree, publish
from tests.synthesis.publishing import NEW, go_the_way
out, way, last = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
go_the_way(way, out, setattr)
count = 0
def counted(name):
    global count
    if count == last:
        os.kill(os.getpid(), signal.SIGKILL)
    count += 1
for module in (stage, swap, tree, publish):
    module.step = counted
publish.publish(out, NEW)
print(count)
"""


@pytest.fixture
def out(occupied: Path) -> Path:
    """The folder that is published into, with files of others in it."""
    return occupied


@pytest.fixture
def old_and_new(tmp_path: Path) -> tuple[dict[str, str | bytes], dict[str, str | bytes]]:
    other = tmp_path / "other" / "dist"
    prepare(other)
    old = content_of(other)
    publish(other, NEW)
    return old, content_of(other)


def child(*arguments: object) -> subprocess.Popen[str]:
    repository = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(repository / "constructs"), str(repository)])},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_at_every_step_it_is_the_old_or_the_new_and_the_next_run_is_right(
    tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object]
) -> None:
    """A real process is killed at each step in turn. Entry by entry, the next run ends what was begun."""
    number, seen = 0, set()
    while True:
        out = tmp_path / f"killed {number}" / "dist"
        out.mkdir(parents=True)
        with monkeypatch.context() as patch:
            go_the_way(way, out, patch.setattr)
            prepare(out)
            with child(out, way, number) as process:
                process.communicate()
            left = content_of(out) if out.exists() else None
            if way == "exchange":
                assert left in old_and_new, number
            planned = plan(out, NEW)
            assert content_of(out) in old_and_new, number
            seen.add(content_of(out) == old_and_new[1])
            assert publish(out, NEW) == planned
            assert content_of(out) == old_and_new[1], number
            if way != "mount":
                assert state_of(out) == ["index.json", "lock"]
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        number += 1
    assert number > 15
    assert seen == {True, False}


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_random_times(tmp_path: Path, old_and_new: tuple[object, object], seed: int) -> None:
    """Without any help of the code: a process publishes forth and back and is killed somewhere."""
    out = tmp_path / "random" / "dist"
    prepare(out)
    publish(out, NEW)
    program = """
import sys
from pathlib import Path
from andamio.synthesis.publish import publish
from tests.synthesis.publishing import NEW, OLD
print("ready", flush=True)
while True:
    publish(Path(sys.argv[1]), OLD)
    publish(Path(sys.argv[1]), NEW)
"""
    repository = Path(__file__).parents[2]
    path = os.pathsep.join([str(repository / "constructs"), str(repository)])
    with subprocess.Popen(
        [sys.executable, "-c", program, str(out)], env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(random.Random(seed).uniform(0.001, 0.2))  # noqa: S311
        process.kill()
        process.wait()
    assert content_of(out) in old_and_new
    publish(out, NEW)
    assert content_of(out) == old_and_new[1]
    assert state_of(out) == ["index.json", "lock"]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")])
def test_stopped_at_every_step_nothing_is_lost(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object], error: BaseException
) -> None:
    """An interrupt or a full disk at each step: the old or the new tree, and no half of a new one is left."""

    def fail() -> None:
        raise error

    number = 0
    while True:
        with monkeypatch.context() as patch:
            names = at_step(number, fail, patch)
            try:
                publish(out, NEW)
                break
            except (KeyboardInterrupt, StorageError):
                pass
        assert content_of(out) in old_and_new, names[-1]
        if "swapped" not in names:
            assert not list(tmp_path.rglob("publish*/new")), names[-1]
        publish(out, OLD)
        assert content_of(out) == old_and_new[0], names[-1]
        number += 1
    assert number > 15
    assert content_of(out) == old_and_new[1]


class TestRefused:
    """The operating system says no: one message, and nothing has changed."""

    @pytest.mark.parametrize(
        ("number", "message"),
        [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "quota"), (errno.EIO, "error"), (errno.EACCES, "permission")],
    )
    def test_a_write_fails(
        self,
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
        self, out: Path, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object]
    ) -> None:
        write = os.write
        monkeypatch.setattr(stage.os, "write", lambda descriptor, data: write(descriptor, data[:1]))
        publish(out, NEW)
        assert content_of(out) == old_and_new[1]

    def test_a_file_larger_than_the_limit(self, out: Path, old_and_new: tuple[object, object]) -> None:
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
        self, out: Path, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object], number: int
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
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object], which: int
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
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old_and_new: tuple[object, object], which: int
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
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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

    def test_a_file_system_mounted_inside(self) -> None:
        shared = Path("/dev/shm")
        if not shared.is_dir() or shared.stat().st_dev == Path("/dev").stat().st_dev:
            pytest.skip("/dev holds no mounted file system on this machine")
        with pytest.raises(StorageError, match="another file system is mounted here"):
            scan("/dev")

    def test_a_parent_that_cannot_be_written_to(self, tmp_path: Path) -> None:
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

    def test_a_damaged_journal_is_no_traceback(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        out = tmp_path / "dist"
        prepare(out)
        (tmp_path / ".andamio/publish-dist/journal.json").write_text("{")
        with pytest.raises(StorageError, match="Restore"):
            publish(out, NEW)
