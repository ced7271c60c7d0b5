"""Which images the registry keeps, and which tags nobody may move: rules of one Harbor project. Plain data.

Harbor never deletes an image with an immutable tag, not even by retention; if all tags were immutable nothing would
ever go. So the rules follow what is deployed:

- Promotion marks the image that runs in an environment with a tag of the environment's name. The mark moves, so it is
  not immutable; an image that carries one is always kept.
- The tags that release files name are always kept too, and are immutable as long as a release file names them.
- Beside those, the most recently pushed images are kept.

Whether Harbor takes as many rules as the tags need is asked before anything is built (rule AND054).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from andamio.knowledge.harbor import tag_patterns

__all__ = ["immutable_patterns", "mark", "retention_rules"]

_EVERYWHERE = "**"


def mark(environment: str) -> str:
    """The tag by which promotion marks what runs in an environment."""
    return environment


def immutable_patterns(released: Sequence[str]) -> tuple[str, ...]:
    """Patterns of the tags that nobody may move or delete: those that a release file names."""
    return tag_patterns(released)


def retention_rules(environments: Sequence[str], released: Sequence[str], keep: int) -> tuple[dict[str, Any], ...]:
    """Rules by which Harbor keeps images; what none of them names goes.

    Args:
        environments: Names of all environments.
        released: Tags that any release file names for the project's images.
        keep: Most recently pushed images of each repository that are kept beside those.
    """
    kept = [*tag_patterns([mark(one) for one in environments]), *tag_patterns(released)]
    return (
        *({"always_retain": True, **_tags(pattern)} for pattern in kept),
        {"most_recently_pushed": keep, **_tags(_EVERYWHERE)},
    )


def _tags(pattern: str) -> dict[str, Any]:
    return {"repo_matching": _EVERYWHERE, "tag_matching": pattern, "untagged_artifacts": False}
