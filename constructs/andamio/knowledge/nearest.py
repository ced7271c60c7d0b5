"""The known name that is most like a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

__all__ = ["nearest"]

_LEAST: Final = 3
"""Characters from which on a beginning is taken for a name."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to `name`, or None where none is close.

    A name that alone begins with `name` is the closest: `prod` is meant to be `production`. Case is ignored, so that
    `refreshinterval` finds `refreshInterval`. Ties go to the first by alphabet, which keeps messages stable.
    """
    by_folded: dict[str, str] = {}
    for candidate in sorted(known):
        by_folded.setdefault(candidate.lower(), candidate)
    wanted = name.lower()
    begun = [folded for folded in by_folded if len(wanted) >= _LEAST and folded.startswith(wanted)]
    found = begun if len(begun) == 1 else get_close_matches(wanted, by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
