"""What people see: findings, progress and summaries; colour on a terminal only, and never with `NO_COLOR`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress

from andamio.checks.finding import Finding, Severity

__all__ = [
    "StreamError",
    "bold",
    "count",
    "detail",
    "error",
    "findings",
    "flush",
    "print_line",
    "progress",
    "quiet",
    "style",
]

_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "dim": "2", "bold": "1"}
_QUIET = {"on": False}

_SHOWN = {number: f"\\x{number:02x}" for number in (*range(0x20), *range(0x7F, 0xA0)) if number not in (0x09, 0x0A)}
"""Control characters, as they are shown: the name of a file must not move the cursor of who reads of it."""


class StreamError(Exception):
    """The command's result cannot be written to standard output."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"The result cannot be written to standard output: {error.strerror or error}. Send it somewhere else."
        )


def quiet(on: bool) -> None:
    """Whether progress is left out."""
    _QUIET["on"] = on


def style(text: str, kind: str, *, stream: object = None) -> str:
    """`text` in a colour or weight where the stream is a terminal and nobody asked for none."""
    target = stream or sys.stdout
    terminal = getattr(target, "isatty", lambda: False)()
    if not terminal or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\033[{_CODES[kind]}m{text}\033[0m"


def bold(text: str) -> str:
    """`text` in bold."""
    return style(text, "bold")


def print_line(text: str = "") -> None:
    """A line of the command's result. Raises `StreamError`; a reader that has gone is none."""
    _written(lambda: print(_plain(text)))


def flush() -> None:
    """Write what is left of the command's result. Raises `StreamError`."""
    _written(sys.stdout.flush)


def progress(text: str) -> None:
    """A line on how far a command is, to standard error."""
    if not _QUIET["on"]:
        _tell(style(_plain(text), "dim", stream=sys.stderr))


def error(text: str) -> None:
    """What went wrong, to standard error."""
    _tell(f"{style('error:', 'red', stream=sys.stderr)} {_plain(text)}")


def detail(text: str) -> None:
    """What helps to mend a mistake of ours, to standard error."""
    if text:
        _tell(style(_plain(text.rstrip()), "dim", stream=sys.stderr))


def findings(found: Iterable[Finding], *, written: bool = True) -> None:
    """Each finding on a line of its own, then their count, to standard error.

    `written` tells whether the command would have written something without them.
    """
    found = sorted(found, key=lambda finding: (finding.severity != Severity.ERROR, finding.order))
    for finding in found:
        code, _, text = _plain(str(finding).replace("\n", "\\n")).partition(" ")
        colour = "red" if finding.severity is Severity.ERROR else "yellow"
        _tell(f"{style(code, colour, stream=sys.stderr)} {text}")
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    warnings = len(found) - errors
    counts = [count(errors, "error")] if errors else []
    if warnings:
        counts.append(count(warnings, "warning"))
    if counts:
        tail = " Nothing was written." if errors and written else ""
        _tell(f"{' and '.join(counts)}.{tail} `andamio explain CODE` says more of a rule.")


def count(number: int, what: str) -> str:
    """`1 service`, `2 services`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _plain(text: str) -> str:
    """`text` with its control characters shown; the commands' own colours are none of them."""
    return text if text.isprintable() else _escaped(text)


def _escaped(text: str) -> str:
    colours = re.compile("(\033\\[[0-9]*m)")
    return "".join(part if number % 2 else part.translate(_SHOWN) for number, part in enumerate(colours.split(text)))


def _tell(text: str) -> None:
    """A line to standard error, where anybody listens."""
    with suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)


def _written(write: Callable[[], object]) -> None:
    try:
        write()
    except BrokenPipeError:
        _to_nowhere()  # as in `andamio graph | head`: the command goes on, and ends with its own exit code
    except OSError as error:
        _to_nowhere()
        raise StreamError(error) from error


def _to_nowhere() -> None:
    descriptor = os.open(os.devnull, os.O_WRONLY)
    os.dup2(descriptor, 1)
    os.close(descriptor)
