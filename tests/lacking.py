"""What a test says that does not run because the machine lacks a program; where all has to run, that is a failure."""

from __future__ import annotations

import os

__all__ = ["NOT_RUN", "REQUIRED", "not_run"]

NOT_RUN = "not run, for lack of"
"""How the reason of such a skip begins."""

REQUIRED = os.environ.get("ANDAMIO_ENGINES") == "required"
"""Whether a missing program is a failure, as in continuous integration."""


def not_run(what: str, fix: str) -> str:
    """The reason of a skip.

    Args:
        what: What is missing.
        fix: What to do about it.
    """
    return f"{NOT_RUN} {what}: {fix}"
