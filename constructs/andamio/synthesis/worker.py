"""Processes that build: jsii runs there, never in the command itself, so that all cores build side by side.

Started as `python -OP -m andamio.synthesis.serve`: code comes from the given folders only, not from the one the command
runs in, and without assertions jsii does not check every argument's type
again, which halves its cost; our own types are checked by mypy and by the tests, which run without `-O`.
"""

from __future__ import annotations

import os
import pickle
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from andamio.synthesis.errors import StorageError, fix_of
from andamio.synthesis.failures import Failure, MachineError, died

__all__ = ["Pool", "Task"]

_OWN = Path(__file__).parents[2]
"""Where this very package lies: the building process has to run the same code as its parent."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """Shares that one process builds in one go."""

    plane: str
    """`terraform` or `kubernetes`."""

    jobs: tuple[Any, ...]


class _Worker:
    """One building process. It starts jsii while its parent reads the catalog.

    `folder` is its place for temporary files, and `life` the end of a pipe that closes when its parent ends, however
    it ends: the process then removes the one and ends with all of its group, which Node.js belongs to.
    """

    def __init__(self, core: int | None, prepare: str, paths: Sequence[Path], *, folder: Path, life: int) -> None:
        environment = {
            "NODE_NO_WARNINGS": "1",  # of jsii's own calls; nobody here can mend them
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(path) for path in (_OWN, *paths)),
            "TMPDIR": str(folder),
        }
        own = ["-OP", "-m", "andamio.synthesis.serve", prepare, "" if core is None else str(core), str(life)]
        self.process = subprocess.Popen(
            [sys.executable, *own],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            pass_fds=(life,),
            process_group=0,  # Ctrl-C reaches the command alone, which ends its processes and tells of it once
        )
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("a building process has no pipes")
        self.stdin: IO[bytes] = self.process.stdin
        self.stdout: IO[bytes] = self.process.stdout

    def send(self, task: Task) -> None:
        with suppress(BrokenPipeError):  # it died; receive() tells
            pickle.dump(task, self.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self.stdin.flush()

    def receive(self) -> Any:
        try:
            return pickle.load(self.stdout)  # noqa: S301 - from our own child process
        except (EOFError, pickle.UnpicklingError):
            code = self.process.wait()
            self._end_group()
            if code < 0:
                return died("a building process", code)
            return Failure(kind="ProcessDied", message=f"a building process ended with code {code}", trace="")

    def stop(self) -> None:
        if self.process.returncode is None:
            self._end_group()
            self.process.wait()
        for pipe in (self.stdin, self.stdout):
            with suppress(BrokenPipeError):
                pipe.close()

    def _end_group(self) -> None:
        """End the process, if it still runs, and its Node.js."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Pool:
    """Building processes, one a core at most, each fed whenever it is idle.

    Raises `StorageError` where there is no place for their temporary files, and `MachineError` where the system starts
    none or ends one.
    """

    def __init__(self, *, paths: Sequence[Path]) -> None:
        """`paths` go first on each process's module path."""
        self._paths = tuple(paths)
        self._cores = _cores()
        self._workers: list[_Worker] = []
        self._folder: Path | None = None
        self._life: tuple[int, int] | None = None

    def start(self, planes: Sequence[str]) -> None:
        """Start processes ahead of their tasks: for two planes one a core, in turn prepared for each, else one."""
        while len(self._workers) < (max(len(self._cores), len(planes)) if len(planes) > 1 else 1):
            self._add(planes[len(self._workers) % len(planes)])

    def run(self, tasks: Sequence[Task]) -> list[Any]:
        """The results of `tasks`, in their order; a `Failure` for one that could not be done ends all."""
        results: list[Any] = [None] * len(tasks)
        wanted = min(len(tasks), len(self._cores))
        while len(self._workers) < wanted:
            self._add(tasks[len(self._workers)].plane)
        with selectors.DefaultSelector() as selector:
            waiting = list(enumerate(tasks))[::-1]
            for worker in self._workers:
                if waiting:
                    self._hand(selector, worker, *waiting.pop())
            while selector.get_map():
                for key, _ in selector.select():
                    worker, number = key.data
                    selector.unregister(worker.stdout)
                    results[number] = worker.receive()
                    if isinstance(results[number], Failure):
                        return [results[number]]
                    if waiting:
                        self._hand(selector, worker, *waiting.pop())
        return results

    def stop(self) -> None:
        """End all processes and remove what they left."""
        for worker in self._workers:
            worker.stop()
        self._workers.clear()
        for end in self._life or ():
            os.close(end)
        self._life = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _hand(self, selector: selectors.BaseSelector, worker: _Worker, number: int, task: Task) -> None:
        worker.send(task)
        selector.register(worker.stdout, selectors.EVENT_READ, (worker, number))

    def _add(self, prepare: str) -> None:
        number = len(self._workers)
        core = self._cores[number % len(self._cores)]
        try:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="andamio-"))
            folder = self._folder / str(number)
            folder.mkdir()
        except OSError as error:
            what, _ = fix_of(error)
            fix = "Point TMPDIR to a folder with some space that you may write to."
            raise StorageError(
                file=os.environ.get("TMPDIR") or "the folder for temporary files",
                what=f"no room for temporary files: {what}",
                fix=fix,
            ) from error
        try:
            self._life = self._life or os.pipe()
            self._workers.append(_Worker(core, prepare, self._paths, folder=folder, life=self._life[0]))
        except OSError as error:
            what, fix = fix_of(error)
            raise MachineError(f"no building process can be started: {what}. {fix}.") from error


def _cores() -> list[int | None]:
    """The cores that this process may use; a single None where the system does not tell."""
    if hasattr(os, "sched_getaffinity"):
        return [*sorted(os.sched_getaffinity(0))]
    return [None] * (os.cpu_count() or 1)
