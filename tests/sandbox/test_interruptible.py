"""A program that must not be cut off gets one SIGINT and time to end, with all that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from andamio.sandbox.interruptible import run
from tests.cli.hostile import heed_signals, processes_with, until

PROGRAM = """#!/bin/sh
# As `cdktf` with Terraform below it: the one that is started does the work, and ends a moment after it was asked to.
trap : INT
sh -c '
  trap "sleep 1; echo interrupted >> \\"$0/said\\"; exit 1" INT
  echo up > "$0/up"
  while :; do sleep 0.1; done
' "$1"
"""

COMMAND = """
import os, sys
from andamio.cli.process import interrupts_told
from andamio.sandbox.interruptible import run
with interrupts_told():
    run(sys.argv[1:], environment=os.environ)
"""

# It interrupts itself, twice, when the program runs and `Popen` has not returned yet.
EARLY = """
import os, pathlib, signal, subprocess, sys, time
start = subprocess.Popen._execute_child
def interrupted(*arguments):
    start(*arguments)
    while not pathlib.Path(sys.argv[2], "up").exists():
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
subprocess.Popen._execute_child = interrupted
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Path]:
    """The program that is run; nothing of it is left after the test."""
    file = tmp_path / "program"
    file.write_text(PROGRAM)
    file.chmod(0o755)
    yield file
    for process in processes_with(str(tmp_path)):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_is_interrupted_waits_for_what_it_runs_and_leaves_nothing(
    program: Path, tmp_path: Path, number: int
) -> None:
    command = [sys.executable, "-c", COMMAND, str(program), str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed_signals) as process:
        assert until((tmp_path / "up").exists)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130, said
    assert (tmp_path / "said").read_text() == "interrupted\n", "it got one SIGINT, and the time that it took"
    assert processes_with(str(tmp_path)) == []


def test_who_is_interrupted_while_the_program_starts_ends_it_too(program: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", EARLY + COMMAND, str(program), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, preexec_fn=heed_signals, check=False)
    assert done.returncode == 130, done.stderr
    assert (tmp_path / "said").read_text() == "interrupted\n"
    assert processes_with(str(tmp_path)) == []


def test_signals_mean_afterwards_what_they_meant_before(tmp_path: Path) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
    run(["true"], environment={"PATH": os.environ["PATH"]})
    with pytest.raises(OSError, match="no-such-program"):
        run([str(tmp_path / "no-such-program")], environment={})
    assert {number: signal.getsignal(number) for number in before} == before


def test_what_it_prints_and_how_it_ends_are_told(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo out; echo err >&2; pwd; exit 3"]
    done = run(command, environment={"PATH": os.environ["PATH"]}, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (3, f"out\n{tmp_path}\n", "err\n")
    lines: list[str] = []
    done = run(command, environment={}, folder=tmp_path, line=lines.append)
    assert lines == ["out\n", "err\n", f"{tmp_path}\n"]
    assert (done.returncode, done.stdout, done.stderr) == (3, "".join(lines), "")
