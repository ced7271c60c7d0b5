"""Harbor, the registry: how many rules a project takes, and how one rule names several tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

__all__ = ["DEFAULT_PROJECT", "PATTERN_LENGTH", "RULES", "TAG_RULES", "tag_patterns"]

DEFAULT_PROJECT: Final = "library"
"""The project that every Harbor has from the start (Harbor's documentation of projects)."""

RULES: Final = 15
"""Rules of one kind that a project takes (Harbor's documentation of tag retention and of immutable tags)."""

TAG_RULES: Final = RULES - 2
"""Rules of retention that are left for released tags: one keeps the environments' marks, one the latest images."""

PATTERN_LENGTH: Final = 4000
"""Characters of one pattern at most, a limit of this project's: about ninety tags of 40 digits, so more than a thousand
in all of a project's rules."""


def tag_patterns(tags: Sequence[str]) -> tuple[str, ...]:
    """Patterns that match exactly `tags`, sorted and without doubles, as few as their length allows.

    Harbor reads a list of several in braces, and takes a single one as it stands.
    """
    patterns: list[list[str]] = []
    for tag in sorted(set(tags)):
        if not patterns or sum(len(one) + 1 for one in patterns[-1]) + len(tag) + 2 > PATTERN_LENGTH:
            patterns.append([])
        patterns[-1].append(tag)
    return tuple(group[0] if len(group) == 1 else "{" + ",".join(group) + "}" for group in patterns)
