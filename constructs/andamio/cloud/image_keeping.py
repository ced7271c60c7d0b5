"""Which images the registry keeps, and which tags nobody may move: rules of one Harbor project. Plain data.

Harbor never deletes an image with an immutable tag, not even by retention; if all tags were immutable nothing would
ever go. So the rules follow what is deployed:

- Promotion marks the image that runs in an environment with a tag of the environment's name. The mark moves, so it is
  not immutable; an image that carries one is always kept.
- The tags that release files name are always kept too, and are immutable as long as a release file names them.
- Beside those, the most recently pushed images are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["MAX_RULES", "PATTERN_LENGTH", "immutable_patterns", "mark", "retention_rules", "tag_patterns"]

MAX_RULES = 15
"""Rules of one kind that Harbor takes in a project."""

PATTERN_LENGTH = 4000
"""Characters of one pattern at most: about ninety tags of 40 digits, so more than a thousand
in all of a project's rules."""

_EVERYWHERE = "**"


def mark(environment: str) -> str:
    """The tag by which promotion marks what runs in an environment."""
    return environment


def tag_patterns(tags: Sequence[str], most: int) -> tuple[str, ...]:
    """Patterns that match exactly `tags`, sorted and without doubles, in as few rules as their length allows.

    Harbor reads a list of several in braces, and takes a single one as it stands.

    Raises:
        ValueError: when they need more than `most` patterns.
    """
    patterns: list[list[str]] = []
    for tag in sorted(set(tags)):
        if not patterns or sum(len(one) + 1 for one in patterns[-1]) + len(tag) + 2 > PATTERN_LENGTH:
            patterns.append([])
        patterns[-1].append(tag)
    if len(patterns) > most:
        raise ValueError(
            f"{len(set(tags))} released tags need {len(patterns)} rules and Harbor takes {most}: split the team"
        )
    return tuple(group[0] if len(group) == 1 else "{" + ",".join(group) + "}" for group in patterns)


def immutable_patterns(released: Sequence[str]) -> tuple[str, ...]:
    """Patterns of the tags that nobody may move or delete: those that a release file names."""
    return tag_patterns(released, MAX_RULES)


def retention_rules(environments: Sequence[str], released: Sequence[str], keep: int) -> tuple[dict[str, Any], ...]:
    """Rules by which Harbor keeps images; what none of them names goes.

    Args:
        environments: Names of all environments.
        released: Tags that any release file names for the project's images.
        keep: Most recently pushed images of each repository that are kept beside those.

    Raises:
        ValueError: when the released tags need more rules than Harbor takes.
    """
    marks = tag_patterns([mark(one) for one in environments], 1)
    kept = [*marks, *tag_patterns(released, MAX_RULES - 2)]
    return (
        *({"always_retain": True, **_tags(pattern)} for pattern in kept),
        {"most_recently_pushed": keep, **_tags(_EVERYWHERE)},
    )


def _tags(pattern: str) -> dict[str, Any]:
    return {"repo_matching": _EVERYWHERE, "tag_matching": pattern, "untagged_artifacts": False}
