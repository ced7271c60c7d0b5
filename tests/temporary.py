"""Temporary files of the whole suite, in one folder that goes at its end.

cdktf's applications leave a folder each where the system keeps temporary files, and so does whatever a test kills.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

__all__ = ["ours_left", "redirect", "remove"]

_VARIABLE = "ANDAMIO_TESTS_TMPDIR"
"""Tells the processes of one run, which pytest-xdist starts, of their common folder."""


def redirect() -> Path | None:
    """Point this process and all that it starts to a new folder and return it; None where a parent did so before.

    pytest keeps its own folders where they would be without it, so that a failure can be looked into.
    """
    if _VARIABLE in os.environ:
        return None
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    for old in Path(tempfile.gettempdir()).glob("at-*-*"):
        if not _runs(old.name.split("-")[1]):  # a run that was killed
            remove(old)
    folder = tempfile.mkdtemp(prefix=f"at-{os.getpid()}-")  # short, for sockets lie below it
    Path(folder).chmod(0o711)  # a database server of the tests runs as another user
    os.environ[_VARIABLE] = os.environ["TMPDIR"] = tempfile.tempdir = folder
    return Path(folder)


def _runs(number: str) -> bool:
    """Whether a process of this number runs; one that cannot be told counts as running."""
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (ValueError, OSError, OverflowError):
        return True
    return True


def ours_left(folder: Path) -> list[str]:
    """What the project's own code left in `folder`."""
    return sorted(entry.name for entry in folder.iterdir() if entry.name.startswith("andamio"))


def remove(folder: Path) -> None:
    """Remove `folder` with all that libraries left in it."""
    shutil.rmtree(folder, ignore_errors=True)
