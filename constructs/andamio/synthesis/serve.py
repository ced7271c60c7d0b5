"""What runs in a building process: reads tasks from standard input, writes results to standard output."""

from __future__ import annotations

import errno
import importlib
import json
import os
import pickle
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from andamio.synthesis.failures import Failure, died
from andamio.synthesis.worker import Task

_SYSTEM_ERROR = re.compile(r"\b(E[A-Z]+): [a-z ,-]+(?:'([^']*)')?")
"""How Node.js words an error of the system: `ENOSPC: no space left on device, open '/tmp/x'`."""

_CACHE = ".cache/aws/jsii/package-cache"
"""Where jsii keeps its unpacked libraries, below the home folder, and `Library/Caches/...` on macOS."""


def _serve(prepare: str, answer: BinaryIO) -> None:
    failed = _attempt(lambda: _start(prepare))
    while True:
        try:
            task = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent process
        except EOFError:
            return
        result = failed if isinstance(failed, Failure) else _attempt(partial(_result, task))
        answer.write(pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL))
        answer.flush()


def _start(plane: str) -> None:
    """Start jsii with the libraries of `plane`."""
    if not _cache_is_usable():
        os.environ["JSII_RUNTIME_PACKAGE_CACHE"] = "disabled"
    # What Node.js says while it dies comes as lines of bytes; the failure tells all that a person can use.
    vars(importlib.import_module("jsii._kernel.providers.process"))["print"] = lambda *_, **__: None
    if plane == "terraform":
        import andamio.cdktf
    else:
        import andamio.cdk8s  # noqa: F401 - imported for its effect


def _result(task: Task) -> Any:
    if task.plane == "terraform":
        from andamio.synthesis.stacks import build_stacks

        return build_stacks(task.jobs)
    from andamio.synthesis.charts import build_charts

    return build_charts(task.jobs)


def _attempt(work: Callable[[], Any]) -> Any:
    """What `work` returns, or the failure that it ends in."""
    try:
        return work()
    except Exception as error:
        return _failure(error)


def _failure(error: Exception) -> Failure:
    if (node := _silent_node(error)) is not None:
        with suppress(subprocess.TimeoutExpired):
            return died("the Node.js of a building process", node.wait(timeout=2))
    number, file = _of_the_system(error)
    kind = type(error).__name__
    return Failure(kind=kind, message=str(error), trace=traceback.format_exc(), number=number, file=file)


def _silent_node(error: BaseException) -> subprocess.Popen[bytes] | None:
    """The Node.js that answered jsii nothing or took nothing from it; None where `error` has another reason."""
    if isinstance(error, (json.JSONDecodeError, BrokenPipeError)):
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_filename.endswith("/jsii/_kernel/providers/process.py"):
                node = vars(frame.f_locals.get("self", object)).get("_process")
                if isinstance(node, subprocess.Popen):
                    return node
    return None


def _of_the_system(error: Exception) -> tuple[int, str]:
    """The number and the file of an error that the system made, in Python or in Node.js; 0 for any other."""
    if isinstance(error, MemoryError):
        return errno.ENOMEM, ""
    if isinstance(error, OSError):
        return error.errno or 0, str(error.filename or "")
    found = _SYSTEM_ERROR.search(str(error))
    return (getattr(errno, found[1], 0), found[2] or "") if found else (0, "")


def _cache_is_usable() -> bool:
    """Whether jsii can keep its unpacked libraries where it wants to; it hangs or raises where it cannot.

    It takes a folder only if nobody else can write to it or to one above it (jsii 1.142's kernel).
    """
    home = Path(os.environ.get("HOME") or "~").expanduser()
    if os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT"):
        folder, private = Path(os.environ["JSII_RUNTIME_PACKAGE_CACHE_ROOT"]), False
    else:
        place = "Library/Caches/com.amazonaws.jsii/package-cache" if sys.platform == "darwin" else _CACHE
        folder, private = home / place, True
    try:
        if private and not home.is_dir():  # jsii would make one
            return False
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".andamio-{os.getpid()}"
        probe.mkdir()
        probe.rmdir()
        return not private or _is_private(folder.resolve())
    except (OSError, RuntimeError):
        return False


def _is_private(folder: Path) -> bool:
    own = folder.stat()
    others = stat.S_IWGRP | stat.S_IWOTH
    if own.st_uid != os.getuid() or own.st_mode & others:
        return False
    above = [parent.stat() for parent in folder.parents]
    return all(
        status.st_uid in (0, own.st_uid) and (not status.st_mode & others or status.st_mode & stat.S_ISVTX)
        for status in above
    )


def _keep_to(core: str) -> None:
    """Stay on one core: this process and its Node.js take turns, and waking another core for each turn costs more."""
    if core and hasattr(os, "sched_setaffinity"):
        with suppress(OSError):  # one that was taken away meanwhile
            os.sched_setaffinity(0, {int(core)})


def _end_with(life: int) -> None:
    """Wait until the parent ends; then remove what lies in this process's own folder and end it with its Node.js."""
    os.read(life, 1)
    end()


def end() -> None:
    """Remove this process's temporary files and end it, and its Node.js, without a word."""
    folder = Path(os.environ["TMPDIR"])
    for _ in range(3):  # Node.js may be writing one more file
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        time.sleep(0.01)
    with suppress(OSError):  # another process's files lie in it still
        folder.parent.rmdir()
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    sys.unraisablehook = lambda _: None  # jsii's own farewell, after it could not start; the failure tells why
    threading.Thread(target=_end_with, args=(int(sys.argv[3]),), daemon=True).start()
    _keep_to(sys.argv[2])
    # What code of a catalog or a library prints must not get into the answer.
    with os.fdopen(os.dup(1), "wb") as output:
        os.dup2(2, 1)
        with suppress(BrokenPipeError):  # the parent has ended
            _serve(sys.argv[1], output)
        end()
