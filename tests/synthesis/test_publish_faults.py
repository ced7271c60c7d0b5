"""Whatever stops publishing, at whatever moment, the folder is as it was or as it should be."""

import errno
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from andamio.synthesis import place, stage, swap
from andamio.synthesis.content import Part
from andamio.synthesis.errors import HandEditedError, StorageError
from andamio.synthesis.publish import plan, publish
from andamio.synthesis.tree import scan
from tests.synthesis.publishing import marks_of, parts_of, state_of, tree_of

OLD = parts_of(kubernetes={"a": "1", "b/c": "2", "b/d": "3", "e/f": "4"}, terraform={"x": "5"})
NEW = parts_of(kubernetes={"a": "1", "b/c": "22", "g/h/i": "6"}, terraform={"x": "5", "y": "7"})
FOREIGN = {"k8s/b/mine": "mine", "mine/too": "mine", "terraform/.terraform/provider": "binary"}

WAYS = ["exchange", "renames", "mount"]

# Publishes NEW into argv[1] in the way argv[2], and dies by SIGKILL at step number argv[3] (never if negative).
CHILD = """
import os, signal, sys
from pathlib import Path
from andamio.synthesis import place, stage, steps, swap, tree, publish
from tests.synthesis.test_publish_faults import NEW, go_the_way
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


def go_the_way(way: str, out: Path, put: Callable[[object, str, object], None]) -> None:
    """Make publishing take one of its ways: by exchange, by renames, or entry by entry as in a mount point."""
    if way == "renames":
        put(swap, "exchange", lambda one, other: False)
    if way == "mount":
        from andamio.synthesis import place

        put(place, "_is_mount", lambda path: path == os.path.realpath(out))


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def out(tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with OLD published, and files of others in it."""
    out = tmp_path / "a project" / "dist"
    out.mkdir(parents=True)
    go_the_way(way, out, monkeypatch.setattr)
    prepare(out)
    return out


def prepare(out: Path) -> None:
    publish(out, OLD)
    for path, text in FOREIGN.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text)


def content_of(out: Path) -> dict[str, str | bytes]:
    return {path: found for path, found in tree_of(out).items() if not path.startswith(".andamio")}


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


def at_step(number: int, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Call `act` before step `number`; returns the list that the names of the steps are added to."""
    names: list[str] = []

    def counted(name: str) -> None:
        names.append(name)
        if len(names) == number + 1:
            act()

    for module in ("stage", "swap", "tree", "publish"):
        monkeypatch.setattr(sys.modules[f"andamio.synthesis.{module}"], "step", counted)
    return names


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
from tests.synthesis.test_publish_faults import NEW, OLD
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
            "from tests.synthesis.test_publish_faults import NEW\n"
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


class TestIndex:
    """The index of hashes is a cache: it may vanish, lie about nothing, and is not trusted when racy."""

    @pytest.mark.parametrize(
        "damage",
        [None, "", "{", "[]", '{"format": 2, "files": 7}', '{"format": 2, "files": {"k8s/a": [1]}}', '{"format": 1}'],
    )
    def test_a_missing_or_damaged_index_changes_nothing(self, tmp_path: Path, damage: str | None) -> None:
        out = tmp_path / "dist"
        publish(out, OLD)
        index = tmp_path / ".andamio/publish-dist/index.json"
        index.unlink() if damage is None else index.write_text(damage)
        (out / "k8s/a").write_text("9")
        with pytest.raises(HandEditedError):
            publish(out, OLD)

    def test_an_edit_in_the_same_instant_as_the_index_is_found(self, tmp_path: Path) -> None:
        out = tmp_path / "dist"
        publish(out, OLD)
        index, file = tmp_path / ".andamio/publish-dist/index.json", out / "k8s/a"
        instant = file.stat().st_mtime_ns
        os.utime(index, ns=(instant, instant))
        file.write_text("9")
        os.utime(file, ns=(instant, instant))
        with pytest.raises(HandEditedError):
            publish(out, OLD)

    def test_all_of_the_state_may_be_deleted(self, tmp_path: Path) -> None:
        import shutil

        out = tmp_path / "dist"
        publish(out, OLD)
        shutil.rmtree(tmp_path / ".andamio")
        assert publish(out, OLD).in_step
        assert plan(out, NEW).added


class TestAtOnce:
    """Others are at work while we publish."""

    def test_two_publishers_of_different_parts(self, tmp_path: Path) -> None:
        out = tmp_path / "dist"
        program = """
import sys
from pathlib import Path
from andamio.synthesis.publish import publish
from tests.synthesis.publishing import parts_of
name = sys.argv[2]
for number in range(25):
    files = {f"d{number % 3}/{n}": f"{name} {number} {n}" for n in range(number % 7 + 1)}
    publish(Path(sys.argv[1]), parts_of(**{name: files}))
"""
        repository = Path(__file__).parents[2]
        path = os.pathsep.join([str(repository / "constructs"), str(repository)])
        running = [
            subprocess.Popen([sys.executable, "-c", program, str(out), name], env={**os.environ, "PYTHONPATH": path})
            for name in ("kubernetes", "terraform", "kubernetes")
        ]
        assert [process.wait() for process in running] == [0, 0, 0]
        last = {
            name: {f"d0/{number}": f"{name} 24 {number}" for number in range(4)} for name in ("kubernetes", "terraform")
        }
        assert plan(out, parts_of(**last)).in_step
        assert state_of(out) == ["index.json", "lock"]

    def test_a_lock_that_was_deleted_while_we_waited_is_not_held(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        out = tmp_path / "dist"
        publish(out, OLD)
        flock, held = place.fcntl.flock, []

        def deleted_meanwhile(descriptor: int, operation: int) -> None:
            flock(descriptor, operation)
            if not held:
                (tmp_path / ".andamio/publish-dist/lock").unlink()
            held.append(os.fstat(descriptor).st_ino)

        monkeypatch.setattr(place.fcntl, "flock", deleted_meanwhile)
        publish(out, NEW)
        assert len(held) == 2
        assert (tmp_path / ".andamio/publish-dist/lock").stat().st_ino == held[1]

    def test_what_others_write_while_the_new_tree_is_built_is_kept(
        self, out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def meanwhile() -> None:
            (out / "terraform/.terraform/provider").unlink()
            (out / "terraform/.terraform.lock.hcl").write_text("locked")
            (out / "mine/new folder").mkdir()
            (out / "mine/new folder/file").write_text("new")
            (out / "mine/draft").write_text("saved")
            (out / "mine/draft").rename(out / "mine/too")
            (out / "k8s/draft").write_text("edited")
            (out / "k8s/draft").rename(out / "k8s/a")

        with monkeypatch.context() as patch:
            names = at_step(-2, meanwhile, patch)
            publish(out, NEW)
            flush = names.index("flush")
        publish(out, OLD)
        with monkeypatch.context() as patch:
            at_step(flush, meanwhile, patch)
            publish(out, NEW)
        found = content_of(out)
        assert "terraform/.terraform/provider" not in found
        assert found["terraform/.terraform.lock.hcl"] == b"locked"
        assert found["mine/new folder/file"] == b"new"
        assert found["mine/too"] == b"saved"
        assert found["k8s/a"] == b"edited"
        with pytest.raises(HandEditedError) as caught:
            publish(out, NEW)
        assert caught.value.paths == ("k8s/a",)

    def test_a_reader_sees_one_tree_or_the_other(self, tmp_path: Path) -> None:
        """Only by exchange: the path of the folder never is missing, and never is half of each."""
        out = tmp_path / "dist"
        parts = [parts_of(kubernetes={"a": text, "b": text}) for text in ("1", "2")]
        publish(out, parts[0])
        program = """
import os, sys
print("ready", flush=True)
while True:
    folder = os.open(sys.argv[1], os.O_RDONLY)
    read = []
    for name in ("k8s/a", "k8s/b"):
        try:
            descriptor = os.open(name, os.O_RDONLY, dir_fd=folder)
        except FileNotFoundError:  # the tree is old and is being removed
            break
        read.append(os.read(descriptor, 9))
        os.close(descriptor)
    os.close(folder)
    if len(set(read)) > 1:
        sys.exit(repr(read))
"""
        with subprocess.Popen(
            [sys.executable, "-c", program, str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as reader:
            assert reader.stdout
            reader.stdout.readline()
            for number in range(60):
                publish(out, parts[number % 2])
            assert reader.poll() is None, reader.communicate()
            reader.kill()
