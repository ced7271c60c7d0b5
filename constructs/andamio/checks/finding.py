"""What a rule finds: one mistake, where it is, what it means and how to mend it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum

from andamio.knowledge.nearest import nearest

__all__ = ["Finding", "Severity", "did_you_mean"]


_LONGEST = 120
"""Characters of a value that are shown, and bits of a number."""


class Severity(StrEnum):
    """Whether a finding stops the synthesis."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One mistake. Printed as `CODE file: field = value: means. Fix.`, all on one line."""

    file: str
    """The catalog file, relative to the project."""

    at: str = ""
    """The field, such as `orders.calls[1]`, with ` in production` where it holds for one environment only."""

    value: object = None
    """The value that stands there; None when there is none to show. Never a secret."""

    means: str
    """What is wrong or what would happen, without a full stop."""

    fix: str
    """What to do, as a sentence."""

    code: str = ""
    """The rule's code; set by the rule that yields it."""

    severity: Severity = Severity.ERROR
    """Set by the rule that yields it."""

    environment: str = ""
    """The environment that it holds for; `run` moves it into `at`, unless it holds for all. Default: for none alone."""

    line: int | None = field(default=None)
    """Line in the file, where known."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        shown = f" = {_shown(self.value)}" if self.value is not None else ""
        place = f" {self.at}{shown}:" if self.at else ""
        fix = self.fix if self.fix.endswith((".", "?", "!")) else f"{self.fix}."
        return _one_line(f"{self.code} {where}:{place} {self.means.rstrip('.')}. {fix}")

    def as_data(self) -> dict[str, object]:
        """Its fields as plain data that JSON can hold."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Sorts findings by file, field and code."""
        return (self.file, self.at, self.code, self.means)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`Did you mean "x"?` for the known name that is nearest to `name`; empty when none is near."""
    found = nearest(name, known)
    return f'Did you mean "{found}"?' if found else ""


def _shown(value: object) -> str:
    try:
        text = json.dumps(_plain(value), ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _plain(value: object) -> object:
    """`value` as JSON can hold it; what a person wrote into a catalog may be any object, however odd."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and value.bit_length() > _LONGEST:  # Python itself refuses to print much longer ones
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    try:
        return str(value)
    except Exception:
        return type(value).__name__


def _one_line(text: str) -> str:
    """`text` with line breaks, control characters and halves of characters as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
