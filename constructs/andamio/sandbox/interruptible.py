"""Runs what must not be cut off: where this process is interrupted, the program is asked to end and waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final

__all__ = ["run"]

_PATIENCE: Final = 60
"""Seconds that it gets to end by itself. Terraform writes its state and frees its lock."""

_INTERRUPTING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
"""Signals that a process may answer with an exception."""


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
    with (
        _interrupts_later() as answer,
        subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if line else subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process,
    ):
        try:
            answer()
            if line and process.stdout:
                for printed in process.stdout:
                    lines.append(printed)
                    line(printed)
            printed, errors = process.communicate()
        except BaseException:
            _end(process)
            raise
    return subprocess.CompletedProcess(command, process.returncode, "".join([*lines, printed]), errors or "")


@contextmanager
def _interrupts_later() -> Iterator[Callable[[], None]]:
    """Keep interrupts back until what is given is called, which answers the first of them, or until the end.

    While a program is started nobody knows it yet who could end it: an exception there would leave it running.
    """
    arrived: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        arrived.append(number)

    before = {}
    if threading.current_thread() is threading.main_thread():  # no other thread gets signals
        before = {number: signal.getsignal(number) for number in _INTERRUPTING if callable(signal.getsignal(number))}

    def answer() -> None:
        while before:
            signal.signal(*before.popitem())
        if arrived:
            first, *_ = arrived
            arrived.clear()
            signal.raise_signal(first)

    for number in before:
        signal.signal(number, note)
    try:
        yield answer
    finally:
        answer()


def _end(process: subprocess.Popen[str]) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_PATIENCE)  # until the last of them has closed its output
            return
