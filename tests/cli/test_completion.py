"""The shell's completion: what the installed command proposes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("andamio")


@pytest.mark.skipif(not COMMAND.exists(), reason="the command is not installed beside this Python")
@pytest.mark.parametrize(
    ("typed", "proposed"),
    [("andamio sy", {"synth"}), ("andamio state ", {"init", "doctor"}), ("andamio synth --ch", {"--check"})],
)
def test_bash_is_told_commands_and_options(typed: str, proposed: set[str]) -> None:
    asked = {"_ANDAMIO_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    done = subprocess.run(
        [COMMAND], env={**os.environ, **asked}, capture_output=True, text=True, check=True, timeout=60
    )
    assert set(done.stdout.split()) == proposed
