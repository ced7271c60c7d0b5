"""A process that builds: jsii runs here, never in the command itself, so both planes build side by side.

Started as `python -O -m andamio.synthesis.serve`: without assertions jsii does not check every argument's type
again, which halves its cost; our own types are checked by mypy and by the tests, which run without `-O`.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Failure", "Worker"]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What an exception in a worker comes back as."""

    kind: str
    message: str
    trace: str


class Worker:
    """One building process. Start it early: it imports jsii while the catalog is being read."""

    def __init__(self, plane: str, *, paths: Sequence[Path]) -> None:
        """`plane` is `terraform` or `kubernetes`; `paths` go first on the process's module path."""
        environment = {
            "NODE_NO_WARNINGS": "1",  # of jsii's own calls; nobody here can mend them
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(path) for path in paths),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-O", "-m", "andamio.synthesis.serve", plane],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )

    def send(self, jobs: Sequence[Any]) -> None:
        """Give the process its jobs."""
        if self._process.stdin is None:
            raise RuntimeError("the worker has no input")
        with suppress(BrokenPipeError):  # it died; receive() tells
            pickle.dump(list(jobs), self._process.stdin, protocol=pickle.HIGHEST_PROTOCOL)
            self._process.stdin.close()

    def receive(self) -> Any:
        """Wait for the results, in the order of the jobs; a `Failure` when the process could not."""
        if self._process.stdout is None:
            raise RuntimeError("the worker has no output")
        data = self._process.stdout.read()
        code = self._process.wait()
        if code != 0 or not data:
            return Failure(kind="WorkerDied", message=f"the building process ended with code {code}", trace="")
        return pickle.loads(data)  # noqa: S301 - from our own child process

    def stop(self) -> None:
        """End the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
