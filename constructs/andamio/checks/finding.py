"""What a rule finds: one mistake, where it is, what it means and how to mend it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Finding", "Severity", "nearest"]


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
        return f"{self.code} {where}:{place} {self.means.rstrip('.')}. {fix}"

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Sorts findings by file, field and code."""
        return (self.file, self.at, self.code, self.means)


def nearest(name: str, known: Iterable[str]) -> str:
    """`Did you mean "x"?` for the known name that alone begins with `name`, or is nearest; empty when none is near."""
    names = sorted(known)
    begun = [one for one in names if len(name) > 2 and one.startswith(name)]
    found = begun if len(begun) == 1 else difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f'Did you mean "{found[0]}"?' if found else ""


def _shown(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
