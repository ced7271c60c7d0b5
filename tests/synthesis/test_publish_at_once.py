"""Others are at work while we publish."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from andamio.synthesis import place
from andamio.synthesis.errors import HandEditedError
from andamio.synthesis.publish import plan, publish
from tests.synthesis.publishing import NEW, OLD, at_step, content_of, parts_of, state_of


class TestAtOnce:
    """Others are at work while we publish."""

    def test_two_publishers_of_different_parts(self, tmp_path: Path) -> None:
        out = tmp_path / "dist"
        program = """
import sys
from pathlib import Path
from andamio.synthesis.publish import publish
from tests.synthesis.publishing import NEW, OLD, at_step, content_of, parts_of, state_of, tree_of, marks_of
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
        self, occupied: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def meanwhile() -> None:
            (occupied / "terraform/.terraform/provider").unlink()
            (occupied / "terraform/.terraform.lock.hcl").write_text("locked")
            (occupied / "mine/new folder").mkdir()
            (occupied / "mine/new folder/file").write_text("new")
            (occupied / "mine/draft").write_text("saved")
            (occupied / "mine/draft").rename(occupied / "mine/too")
            (occupied / "k8s/draft").write_text("edited")
            (occupied / "k8s/draft").rename(occupied / "k8s/a")

        with monkeypatch.context() as patch:
            names = at_step(-2, meanwhile, patch)
            publish(occupied, NEW)
            flush = names.index("flush")
        publish(occupied, OLD)
        with monkeypatch.context() as patch:
            at_step(flush, meanwhile, patch)
            publish(occupied, NEW)
        found = content_of(occupied)
        assert "terraform/.terraform/provider" not in found
        assert found["terraform/.terraform.lock.hcl"] == b"locked"
        assert found["mine/new folder/file"] == b"new"
        assert found["mine/too"] == b"saved"
        assert found["k8s/a"] == b"edited"
        with pytest.raises(HandEditedError) as caught:
            publish(occupied, NEW)
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
