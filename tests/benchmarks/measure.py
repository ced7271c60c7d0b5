"""Runs a command as a whole process and tells wall time and the most memory that it and its children held."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Figure", "measure"]

_SAMPLE = 0.02


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The median of some runs."""

    seconds: float
    """Wall time of the whole process."""

    low: float
    high: float
    megabytes: float
    """Most resident memory of the process and its children together, MB; 0 where the system does not tell."""

    output: bytes
    """What the last run printed."""


def measure(command: Sequence[str], *, runs: int, before: Callable[[], object] = lambda: None, cwd: Path) -> Figure:
    """Run `command` `runs` times, each after `before()`, which is not measured. Raises when it fails."""
    times, memory, output = [], [], b""
    for _ in range(runs):
        before()
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        watch = _Watch(process.pid)
        watch.start()
        output, errors = process.communicate()
        times.append(time.perf_counter() - begun)
        watch.done.set()
        watch.join()
        memory.append(watch.most / 1e6)
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed:\n{errors.decode(errors='replace')[-2000:]}")
    return Figure(
        seconds=statistics.median(times), low=min(times), high=max(times), megabytes=max(memory), output=output
    )


class _Watch(threading.Thread):
    """Samples the memory of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.most = 0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(_SAMPLE):
            self.most = max(self.most, sum(_resident(pid) for pid in _family(self.pid)))


def _family(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        try:
            tasks = os.listdir(f"/proc/{one}/task")  # noqa: PTH208 - names only, many times a second
            for task in tasks:
                children = Path(f"/proc/{one}/task/{task}/children").read_text()
                todo.extend(int(child) for child in children.split())
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
