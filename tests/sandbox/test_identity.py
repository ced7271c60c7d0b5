"""A process is known by what it is: nobody else's is ever signalled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from andamio.sandbox.identity import MARK, Process, end, marked, started

SLEEP = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)",
]


def _run(command: list[str], **environment: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **environment})
    assert process.stdout is not None
    process.stdout.readline()  # it is what it is to be
    process.stdout.close()
    return process


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = _run(SLEEP)
    yield process
    process.kill()
    process.wait()


def _process(pid: int, when: str | None = None) -> Process:
    return Process(name="one", pid=pid, started=started(pid) if when is None else when, log=Path(os.devnull))


def test_a_process_runs_until_it_ends_also_before_its_parent_looks(sleeper: subprocess.Popen[bytes]) -> None:
    process = _process(sleeper.pid)
    assert process.alive
    sleeper.send_signal(signal.SIGKILL)
    end_of_patience = time.monotonic() + 10
    while process.alive and time.monotonic() < end_of_patience:
        time.sleep(0.01)
    assert not process.alive  # nobody waited for it: it is still in the table of processes


def test_a_number_that_was_given_to_another_process_is_not_signalled(sleeper: subprocess.Popen[bytes]) -> None:
    other_boot = _process(sleeper.pid, "another-boot/1")
    never = _process(sleeper.pid, "")
    end([other_boot, never], seconds=0.2)
    assert not other_boot.alive
    assert not never.alive
    assert sleeper.poll() is None


def test_what_does_not_listen_is_killed_and_what_is_gone_is_no_error() -> None:
    deaf = _run(DEAF)
    process = _process(deaf.pid)
    end([process, replace(process, pid=2**22 - 1)], seconds=0.3)
    assert deaf.wait(10) == -signal.SIGKILL


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="this system does not show the environment of a process")
def test_a_process_that_nobody_wrote_down_is_found_by_its_mark_and_that_of_another_folder_is_not(
    tmp_path: Path,
) -> None:
    mine = _run(SLEEP, **{MARK: str(tmp_path)})
    others = _run(SLEEP, **{MARK: f"{tmp_path}-2"})
    try:
        assert [one.pid for one in marked(tmp_path)] == [mine.pid]
        end(marked(tmp_path))
        assert mine.wait(10) == -signal.SIGTERM
        assert others.poll() is None
    finally:
        for one in (mine, others):
            one.kill()
            one.wait()
