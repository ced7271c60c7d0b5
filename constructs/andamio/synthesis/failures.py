"""What may go wrong in a building process, and the error that each failure becomes in the command."""

from __future__ import annotations

import os
import signal
import tempfile
from dataclasses import dataclass

from andamio.synthesis.errors import FIXES, StorageError, fix_of

__all__ = ["BuildError", "Failure", "MachineError", "died", "error_of"]


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What an exception in a building process comes back as."""

    kind: str
    message: str
    trace: str

    number: int = 0
    """The system's number of an error that it made (`errno`); 0 for any other."""

    file: str = ""
    """The file that such an error names."""

    fix: str = ""
    """What to do, when the machine ended a process; empty when code failed."""


class MachineError(Exception):
    """The machine let no process build: it could not be started, or was killed. Nothing was published."""


class BuildError(Exception):
    """A share could not be built. A mistake of the code, not of the catalog."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"building failed: {failure.kind}: {failure.message}")
        self.kind = failure.kind
        self.reason = failure.message
        self.trace = failure.trace


def died(who: str, code: int) -> Failure:
    """What to tell of a process that ended before its work; `code` is its exit code, below zero if a signal ended it.

    Node.js shows a signal to its process (above 128) as a shell does.
    """
    number = -code if code < 0 else code - 128
    try:
        how = f"was ended from outside ({signal.Signals(number).name})"
    except ValueError:
        how = f"ended with code {code}"
    fix = "Run again; if it happens again, watch the memory: the system ends what takes too much"
    if number == signal.SIGXFSZ:
        fix = "Raise the limit of a file's size (ulimit -f) and run again"
    return Failure(kind="ProcessDied", message=f"{who} {how}", trace="", fix=fix)


def error_of(failure: Failure) -> Exception:
    """The error that `failure` is: of the machine, of its disk, or of code."""
    if failure.fix:
        return MachineError(f"{failure.message}. {failure.fix}.")
    if failure.number in FIXES:
        refused = OSError(failure.number, os.strerror(failure.number))
        what, fix = fix_of(refused)
        return StorageError(file=failure.file or tempfile.gettempdir(), what=f"cannot build: {what}", fix=f"{fix}.")
    return BuildError(failure)
