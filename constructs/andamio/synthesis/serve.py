"""What runs in a building process: reads jobs from standard input, writes results to standard output."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from typing import Any, BinaryIO

from andamio.synthesis.worker import Failure


def _serve(plane: str, out: BinaryIO) -> None:
    if plane == "terraform":
        import andamio.cdktf
    else:
        import andamio.cdk8s  # noqa: F401 - starts jsii while the parent reads the catalog
    try:
        jobs = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent process
    except EOFError:
        return
    try:
        if plane == "terraform":
            from andamio.synthesis.stacks import build_stacks

            result: Any = build_stacks(jobs)
        else:
            from andamio.synthesis.charts import build_charts

            result = build_charts(jobs)
    except Exception as error:
        result = Failure(kind=type(error).__name__, message=str(error), trace=traceback.format_exc())
    out.write(pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL))
    out.flush()


if __name__ == "__main__":
    # What code of a catalog or a library prints must not get into the answer.
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)
        _serve(sys.argv[1], answer)
