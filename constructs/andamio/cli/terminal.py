"""What people see: findings, progress and summaries; colour on a terminal only, and never with `NO_COLOR`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from andamio.checks.finding import Finding, Severity

__all__ = ["bold", "detail", "error", "findings", "print_line", "progress", "quiet", "style"]

_CODES = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "dim": "2", "bold": "1"}
_QUIET = {"on": False}


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
    """A line of the command's result."""
    print(text)


def progress(text: str) -> None:
    """A line on how far a command is, to standard error."""
    if not _QUIET["on"]:
        print(style(text, "dim", stream=sys.stderr), file=sys.stderr, flush=True)


def error(text: str) -> None:
    """What went wrong, to standard error."""
    first, _, rest = text.partition("\n")
    print(f"{style('error:', 'red', stream=sys.stderr)} {first}", file=sys.stderr)
    if rest:
        print(rest, file=sys.stderr)


def detail(text: str) -> None:
    """What helps to mend a mistake of ours, to standard error."""
    if text:
        print(style(text.rstrip(), "dim", stream=sys.stderr), file=sys.stderr)


def findings(found: Iterable[Finding], *, written: bool = True) -> None:
    """Each finding on a line of its own, then their count, to standard error.

    `written` tells whether the command would have written something without them.
    """
    found = sorted(found, key=lambda finding: (finding.severity != Severity.ERROR, finding.order))
    for finding in found:
        code, _, text = str(finding).partition(" ")
        colour = "red" if finding.severity is Severity.ERROR else "yellow"
        print(f"{style(code, colour, stream=sys.stderr)} {text}", file=sys.stderr)
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    warnings = len(found) - errors
    counts = [_count(errors, "error")] if errors else []
    if warnings:
        counts.append(_count(warnings, "warning"))
    if counts:
        tail = " Nothing was written." if errors and written else ""
        print(f"{' and '.join(counts)}.{tail} `andamio explain CODE` says more of a rule.", file=sys.stderr)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
