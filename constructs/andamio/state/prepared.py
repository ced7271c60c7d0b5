"""What `andamio state init` did, for people and machines. Holds no secret."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Prepared", "Step", "as_data"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that was looked at."""

    what: str
    name: str
    outcome: str
    """`made`, `was there`, `mended`, `would make`, `would mend`, `written`, or a few words."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What the command did, and what comes next."""

    steps: tuple[Step, ...]
    credentials: Path | None
    """The file with the S3 credential; None in a dry run."""

    imports: Path | None
    """The file with `import` blocks; None when the stack's state owns everything, and in a dry run."""

    commands: tuple[str, ...] = ()
    """What to run next, in order."""


def as_data(prepared: Prepared) -> dict[str, Any]:
    """What the command did, for machines; no secret."""
    return {
        "steps": [{"what": step.what, "name": step.name, "outcome": step.outcome} for step in prepared.steps],
        "credentials_file": str(prepared.credentials) if prepared.credentials else None,
        "imports_file": str(prepared.imports) if prepared.imports else None,
        "next": list(prepared.commands),
    }
