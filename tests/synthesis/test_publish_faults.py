"""Whatever stops publishing, at whatever moment, the folder is as it was or as it should be."""

import errno
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from andamio.synthesis.errors import StorageError
from andamio.synthesis.publish import plan, publish
from tests.synthesis.publishing import (
    NEW,
    OLD,
    at_step,
    content_of,
    go_the_way,
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
