"""What runs in a building process: reads tasks from standard input, writes results to standard output."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from typing import Any, BinaryIO

from andamio.synthesis.worker import Failure, Task


def _serve(prepare: str, answer: BinaryIO) -> None:
    _start(prepare)
    while True:
        try:
            task = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent process
        except EOFError:
            return
        answer.write(pickle.dumps(_result(task), protocol=pickle.HIGHEST_PROTOCOL))
        answer.flush()


def _start(plane: str) -> None:
    """Start jsii with the libraries of `plane`."""
    if plane == "terraform":
        import andamio.cdktf
    else:
        import andamio.cdk8s  # noqa: F401 - imported for its effect


def _result(task: Task) -> Any:
    try:
        if task.plane == "terraform":
            from andamio.synthesis.stacks import build_stacks

            return build_stacks(task.jobs)
        from andamio.synthesis.charts import build_charts

        return build_charts(task.jobs)
    except Exception as error:
        return Failure(kind=type(error).__name__, message=str(error), trace=traceback.format_exc())


def _keep_to(core: str) -> None:
    """Stay on one core: this process and its Node.js take turns, and waking another core for each turn costs more."""
    if core and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(core)})


if __name__ == "__main__":
    _keep_to(sys.argv[2])
    # What code of a catalog or a library prints must not get into the answer.
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)
        _serve(sys.argv[1], output)
