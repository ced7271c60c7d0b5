"""Runs of the command on a machine that is against it, and what they leave behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.properties.projects import environment_without

__all__ = ["below", "heed_signals", "processes_with", "started", "until"]


@contextmanager
def started(folder: Path, temporary: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """`andamio` with `arguments`, whose temporary files go to `temporary`; killed at the end, if it still runs."""
    environment: Mapping[str, str] = environment_without("NO_COLOR") | {"TMPDIR": str(temporary)} | variables
    with subprocess.Popen(
        [sys.executable, "-m", "andamio", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_signals,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def heed_signals() -> None:
    """Let signals end this process again that a runner in the background had it, and all below it, ignore."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def processes_with(text: str) -> list[int]:
    """Processes in whose environment or command line `text` stands, such as a folder of one test alone."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if text.encode() in told:
                found.append(int(folder.name))
    return found


def below(process: int) -> list[int]:
    """The children of `process`."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == process:
                found.append(int(folder.name))
    return found


def until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether `holds` comes true within `seconds`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
