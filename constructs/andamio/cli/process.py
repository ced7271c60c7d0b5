"""The command as a process: its standard streams, the signals that end it, and its end.

Imports little, so that Ctrl-C is told like any other time while the rest is imported.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from andamio.cli.exit_codes import ExitCode

__all__ = ["INTERRUPTED", "end", "interrupts_told"]

INTERRUPTED = "error: Interrupted. Published files are whole, old or new; run the command again."
"""What Ctrl-C and SIGTERM are answered with, once."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LATER_S = 0.01


@contextmanager
def interrupts_told() -> Iterator[None]:
    """Prepare the process, and tell of an interrupt that nothing else has caught."""
    gc.set_threshold(200_000, 20, 20)  # much data without cycles is made and kept: looking for them costs a tenth
    _open_streams()
    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, or a runner in the background, wants it ignored
            signal.signal(number, _interrupt)
    sys.unraisablehook = _interrupt_later
    try:
        yield
    except KeyboardInterrupt:
        with suppress(OSError, ValueError):
            print(INTERRUPTED, file=sys.stderr)
        end(ExitCode.INTERRUPTED)


def end(code: int) -> NoReturn:
    """End the process at once: without taking apart, object by object, memory that ends with it anyway."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in _SIGNALS:
        if signal.getsignal(number) is _interrupt:
            signal.signal(number, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Stop what runs and put everything away; whoever cannot wait for that and asks again ends the process at once."""
    for other in _SIGNALS:
        if signal.getsignal(other) is _interrupt:
            signal.signal(other, signal.SIG_DFL)
    raise KeyboardInterrupt


def _interrupt_later(lost: sys.UnraisableHookArgs) -> None:
    """Ask again a little later where Python drops an interrupt: in a finalizer or a weak reference's callback.

    Imports run such callbacks (of module locks), so that Ctrl-C was now and then told as a traceback, and not obeyed.
    """
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, _LATER_S)


def _open_streams() -> None:
    """Let a closed standard stream lead nowhere, so that no file is opened in its place, and print any text."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
            os.set_inheritable(number, True)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # names of files may hold what the stream's encoding has no sign for
            stream.reconfigure(errors="backslashreplace")
