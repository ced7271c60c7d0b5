"""Links that are made ahead change how long a publish takes, and nothing else."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from andamio.synthesis import ahead as ahead_module
from andamio.synthesis.ahead import begin
from andamio.synthesis.place import locate, locked
from andamio.synthesis.publish import publish
from tests.synthesis.publishing import NEW, OLD, marks_of, parts_of, prepare, state_of, tree_of


def published(folder: Path) -> Path:
    """A published OLD with files of somebody else, all of it older than a tick of the clock."""
    out = folder / "dist"
    prepare(out)
    (out / "k8s/link").symlink_to("a")
    for path in (out, *out.rglob("*")):
        os.utime(path, ns=(10**18, 10**18), follow_symlinks=False)
    return out


def nothing(out: Path) -> None:
    pass


def a_new_file(out: Path) -> None:
    (out / "k8s/b/new").write_text("new")


def a_new_folder(out: Path) -> None:
    (out / "k8s/n/m").mkdir(parents=True)
    (out / "k8s/n/m/new").write_text("new")


def replaced(out: Path) -> None:
    (out / "fresh").write_text("other")
    (out / "fresh").replace(out / "k8s/b/mine")


def written_in_place(out: Path) -> None:
    (out / "k8s/b/mine").write_text("longer than before")


def removed(out: Path) -> None:
    (out / "k8s/b/mine").unlink()


def a_folder_gone(out: Path) -> None:
    shutil.rmtree(out / "mine")


def a_file_for_a_folder(out: Path) -> None:
    shutil.rmtree(out / "mine")
    (out / "mine").write_text("a file now")


def a_folder_for_a_file(out: Path) -> None:
    (out / "k8s/b/mine").unlink()
    (out / "k8s/b/mine").mkdir()
    (out / "k8s/b/mine/inner").write_text("inner")


def another_link(out: Path) -> None:
    (out / "k8s/link").unlink()
    (out / "k8s/link").symlink_to("e")


MEANWHILE = (
    nothing,
    a_new_file,
    a_new_folder,
    replaced,
    written_in_place,
    removed,
    a_folder_gone,
    a_file_for_a_folder,
    a_folder_for_a_file,
    another_link,
)


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_what_happens_meanwhile_is_as_without_links_ahead(tmp_path: Path, meanwhile: Callable[[Path], None]) -> None:
    plain, quick = published(tmp_path / "plain"), published(tmp_path / "quick")
    meanwhile(plain)
    publish(plain, NEW)
    begun = begin(quick)
    assert begun is not None
    assert begun.ready()
    meanwhile(quick)
    publish(quick, NEW, ahead=begun)
    assert tree_of(quick) == tree_of(plain)
    assert state_of(quick) == ["index.json", "lock"]


def test_files_that_stay_keep_inode_and_time(tmp_path: Path) -> None:
    out = published(tmp_path)
    before = marks_of(out)
    publish(out, NEW, ahead=begin(out))
    after = marks_of(out)
    kept = {"k8s/a", "k8s/b/mine", "mine/too", "terraform/x", "terraform/.terraform/provider"}
    assert {path: after[path] for path in kept} == {path: before[path] for path in kept}


def test_links_that_are_made_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from andamio.synthesis import stage

    out = published(tmp_path)
    begun = begin(out)
    steps: list[str] = []
    monkeypatch.setattr(stage, "step", steps.append)
    publish(out, NEW, ahead=begun)
    # What stands in no folder has no folder whose time could prove it untouched.
    assert [name for name in steps if name.startswith("link ") and "/" in name] == ["link k8s/link"]


def test_nothing_to_change_leaves_all_as_it_is(tmp_path: Path) -> None:
    out = published(tmp_path)
    before, marks = tree_of(out), marks_of(out)
    assert publish(out, OLD, ahead=begin(out)).in_step
    assert (tree_of(out), marks_of(out)) == (before, marks)
    assert state_of(out) == ["index.json", "lock"]


def test_closing_leaves_nothing_and_lets_go_of_the_lock(tmp_path: Path) -> None:
    out = published(tmp_path)
    before = tree_of(out)
    begun = begin(out)
    assert begun is not None
    begun.close()
    begun.close()
    assert tree_of(out) == before
    assert state_of(out) == ["index.json", "lock"]
    with locked(locate(out), wait=False):
        pass


def test_a_refused_publish_leaves_nothing(tmp_path: Path) -> None:
    out = published(tmp_path)
    (out / "k8s/a").write_text("edited by hand")
    before = tree_of(out)
    with pytest.raises(Exception, match="edited by hand"):
        publish(out, parts_of(kubernetes={"a": "9"}), ahead=begin(out))
    assert tree_of(out) == before
    assert state_of(out) == ["index.json", "lock"]


def test_who_comes_second_does_not_begin_and_does_not_wait(tmp_path: Path) -> None:
    out = published(tmp_path)
    with locked(locate(out)):
        assert begin(out) is None


@pytest.mark.parametrize("out", ["nowhere", "file"])
def test_there_is_nothing_to_begin_without_a_folder(tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("")
    assert begin(tmp_path / out) is None


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EPERM, errno.ENOENT])
def test_links_that_fail_are_left_to_the_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    out = published(tmp_path)

    def refused(name: str) -> None:
        if name == "link terraform/x":
            raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(ahead_module, "step", refused)
        begun = begin(out)
        assert begun is not None
        assert not begun.ready()
    publish(out, NEW, ahead=begun)
    assert publish(out, NEW).in_step
    assert (out / "mine/too").read_text() == "mine"
    assert state_of(out) == ["index.json", "lock"]


# Begins in argv[1], publishes NEW, and dies by SIGKILL at step number argv[2] of both.
CHILD = """
import os, signal, sys, threading
from pathlib import Path
from andamio.synthesis import ahead, stage, swap, tree, publish
from tests.synthesis.publishing import NEW
out, last = Path(sys.argv[1]), int(sys.argv[2])
count = 0
def counted(name):
    global count
    if count == last:
        os.kill(os.getpid(), signal.SIGKILL)
    count += 1
for module in (ahead, stage, swap, tree, publish):
    module.step = counted
begun = ahead.begin(out)
begun.ready()
publish.publish(out, NEW, ahead=begun)
print(count)
"""


def _child(out: Path, last: int) -> subprocess.CompletedProcess[str]:
    repository = Path(__file__).parents[2]
    path = os.pathsep.join([str(repository / "constructs"), str(repository)])
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(out), str(last)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_kill_at_any_step_leaves_the_old_tree_or_the_new_one(tmp_path: Path) -> None:
    whole = published(tmp_path / "whole")
    old = tree_of(whole)
    done = _child(whole, -1)
    assert done.returncode == 0, done.stderr
    new, steps = tree_of(whole), int(done.stdout)
    assert steps > 20
    for last in range(0, steps, 3):
        out = published(tmp_path / str(last))
        assert _child(out, last).returncode == -signal.SIGKILL
        assert tree_of(out) in (old, new)
        publish(out, NEW)
        assert tree_of(out) == new
        assert state_of(out) == ["index.json", "lock"]
