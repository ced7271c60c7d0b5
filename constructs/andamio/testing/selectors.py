"""Label selectors as the Kubernetes API evaluates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Selector"]


@dataclass(frozen=True)
class Selector:
    """`matchLabels` and `matchExpressions`, all of which have to hold. An empty one selects everything."""

    labels: tuple[tuple[str, str], ...] = ()
    expressions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Key, operator and values of each."""

    @classmethod
    def of(cls, body: Mapping[str, Any] | None) -> Selector:
        """The selector that `body` describes.

        Raises `ValueError` for a field or operator that Kubernetes does not know.
        """
        body = body or {}
        unknown = sorted(set(body) - {"matchLabels", "matchExpressions"})
        if unknown:
            raise ValueError(f"a label selector has no field {', '.join(unknown)}")
        expressions = []
        for item in body.get("matchExpressions") or ():
            operator, values = item["operator"], tuple(item.get("values") or ())
            if operator not in {"In", "NotIn", "Exists", "DoesNotExist"}:
                raise ValueError(f"a label selector has no operator {operator}")
            expressions.append((item["key"], operator, values))
        return cls(tuple(sorted((body.get("matchLabels") or {}).items())), tuple(expressions))

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an object with `labels` is selected; `NotIn` also selects one without the key."""
        return all(labels.get(key) == value for key, value in self.labels) and all(
            _holds(labels, *expression) for expression in self.expressions
        )

    def __str__(self) -> str:
        parts = [f"{key}={value}" for key, value in self.labels]
        for key, operator, values in self.expressions:
            parts.append(f"{key} {operator}{_shown(values)}")
        return ", ".join(parts) or "all"


def _holds(labels: Mapping[str, str], key: str, operator: str, values: tuple[str, ...]) -> bool:
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    return (labels.get(key) in values) == (operator == "In") if key in labels else operator == "NotIn"


def _shown(values: tuple[str, ...]) -> str:
    return f" ({', '.join(values)})" if values else ""
