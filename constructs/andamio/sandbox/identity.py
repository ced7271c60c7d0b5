"""Processes by what they are, not by a number that the system gives to the next one.

A process is its id and the moment of its start, counted since a boot that has an id of its own: after a crash or a
reboot a number that was given to somebody else is never signalled. What a sandbox starts carries its folder in its
environment, so that a process is found also when its sandbox was killed before it wrote the process down.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

__all__ = ["MARK", "Process", "end", "end_marked", "marked", "started"]

MARK: Final = "ANDAMIO_SANDBOX"
"""Variable in the environment of all that a sandbox starts; its value is the sandbox's folder."""

_PROC: Final = Path("/proc")
_STATE, _START = 0, 19
"""Fields of `/proc/<pid>/stat` after the program's name: state and start time (proc(5), fields 3 and 22)."""

_SECONDS: Final = 15.0


@dataclass(frozen=True, kw_only=True)
class Process:
    """A process that was started."""

    name: str
    pid: int
    started: str
    """When, in words of this machine; empty where it was gone before anybody looked."""

    log: Path

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return bool(self.started) and started(self.pid) == self.started

    def data(self) -> dict[str, Any]:
        """It as JSON."""
        return {"name": self.name, "pid": self.pid, "started": self.started, "log": str(self.log)}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Process:
        """The process of such JSON."""
        return cls(name=data["name"], pid=int(data["pid"]), started=data["started"], log=Path(data["log"]))


def started(pid: int) -> str:
    """When a process started; empty when there is none, or only what is left of it until its parent looks."""
    if not _PROC.is_dir():
        done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return done.stdout.strip()
    try:
        fields = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[_STATE] in ("Z", "X") else f"{_boot()}/{fields[_START]}"


@cache
def _boot() -> str:
    with suppress(OSError):
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


def marked(folder: Path) -> Iterator[Process]:
    """Every process of this user whose environment says that the sandbox of `folder` started it."""
    wanted = f"{MARK}={folder}".encode()
    for entry in _PROC.iterdir() if _PROC.is_dir() else ():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    name = (entry / "comm").read_text(encoding="utf-8", errors="replace").strip()
                    when = started(int(entry.name))
                    yield Process(name=name, pid=int(entry.name), started=when, log=Path(os.devnull))


def end_marked(folder: Path) -> int:
    """End every process that the sandbox of `folder` started, written down or not; how many there were."""
    left = list(marked(folder))
    end(left)
    return len(left)


def end(processes: Iterable[Process], *, seconds: float = _SECONDS) -> None:
    """End processes together: each is asked to, and killed when it has not ended in time."""
    left = [one for one in processes if one.alive]
    for one in left:
        _signal(one, signal.SIGTERM)
    left = _until_gone(left, seconds)
    for one in left:
        _signal(one, signal.SIGKILL)
    _until_gone(left, seconds)


def _until_gone(left: list[Process], seconds: float) -> list[Process]:
    limit = time.monotonic() + seconds
    while left and time.monotonic() < limit:
        time.sleep(0.05)
        left = [one for one in left if one.alive]
    return left


def _signal(process: Process, number: signal.Signals) -> None:
    """Signal this very process; nobody can take its number between the look and the signal (Linux)."""
    with suppress(ProcessLookupError):
        if not hasattr(os, "pidfd_open"):
            if process.alive:
                os.kill(process.pid, number)
            return
        handle = os.pidfd_open(process.pid)
        try:
            if process.alive:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)
