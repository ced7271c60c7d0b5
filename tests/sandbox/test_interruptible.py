"""A program that must not be cut off gets one SIGINT and time to end, with all that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_is_interrupted_waits_for_what_it_runs_and_leaves_nothing(tmp_path: Path, number: int) -> None:
    program = tmp_path / "program"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from andamio.cli.process import interrupts_told\nfrom andamio.sandbox.interruptible import run\n"
        "with interrupts_told():\n    run(sys.argv[1:], environment=os.environ)\n"
    )
    command = [sys.executable, "-c", script, str(program), str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, preexec_fn=heed_signals) as process:
        assert until((tmp_path / "up").exists)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130, said
    assert (tmp_path / "said").read_text() == "interrupted\n", "it got one SIGINT, and the time that it took"
    assert processes_with(str(tmp_path)) == []


def test_what_it_prints_and_how_it_ends_are_told(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo out; echo err >&2; pwd; exit 3"]
    done = run(command, environment={"PATH": os.environ["PATH"]}, folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (3, f"out\n{tmp_path}\n", "err\n")
    lines: list[str] = []
    done = run(command, environment={}, folder=tmp_path, line=lines.append)
    assert lines == ["out\n", "err\n", f"{tmp_path}\n"]
    assert (done.returncode, done.stdout, done.stderr) == (3, "".join(lines), "")
