"""Runs what must not be cut off: where this process is interrupted, the program is asked to end and waited for."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["run"]

_PATIENCE: Final = 60
"""Seconds that it gets to end by itself. Terraform writes its state and frees its lock."""


def run(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path | None = None,
    line: Callable[[str], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program and all that it starts in a session of their own; what it printed.

    Ctrl-C then reaches it from here alone: every process of it gets one SIGINT and time to end, after which what is
    left is killed. `subprocess.run` would kill the program after a quarter of a second, and leave what it has started.

    Args:
        command: The program with its arguments.
        environment: All of its variables.
        folder: Where it runs. Default: here.
        line: Takes each line as it comes, errors among them. Default: nobody, and errors are told apart.
    """
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if line else subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            if line and process.stdout:
                for printed in process.stdout:
                    lines.append(printed)
                    line(printed)
            printed, errors = process.communicate()
        except BaseException:
            _end(process)
            raise
    return subprocess.CompletedProcess(command, process.returncode, "".join([*lines, printed]), errors or "")


def _end(process: subprocess.Popen[str]) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_PATIENCE)  # until the last of them has closed its output
            return
