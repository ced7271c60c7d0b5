"""How two versions of plain data differ, in words: field by field, lists by what is in them and not by position."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

__all__ = ["in_words"]

_ABSENT: Final = object()

_LONGEST: Final = 60
"""Characters of a value that are shown."""

_KEYS: Final = (
    "name",
    "key",
    "id",
    "secretKey",
    "namespace",
    "hostname",
    "host",
    "path",
    "mountPath",
    "topic",
    "username",
    "topologyKey",
    "kind",
)
"""Fields by which Kubernetes, Terraform and people tell the items of a list apart, the best first."""


def in_words(old: Any, new: Any) -> Iterator[str]:
    """A line for each value that came, went or changed between two plain values, such as `spec.replicas: 2 → 3`.

    Items of a list are paired by a field that names them (`_KEYS`), else by being alike, so that one more item is one
    line (`spec.destinations: + coupons`), wherever it stands.
    """
    yield from _told(old, new, "")


def _told(old: Any, new: Any, at: str) -> Iterator[str]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}, key=str):
            yield from _told(old.get(key, _ABSENT), new.get(key, _ABSENT), f"{at}.{key}" if at else str(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _told_of_lists(old, new, at)
    elif old == new:
        return
    elif _is_container(old) or _is_container(new) or old is _ABSENT or new is _ABSENT:
        yield from (f"{path}: {_short(value)} goes" for path, value in _leaves(old, at))
        yield from (f"{path}: {_short(value)} (new)" for path, value in _leaves(new, at))
    else:
        yield f"{at}: {_short(old)} → {_short(new)}"


def _told_of_lists(old: list[Any], new: list[Any], at: str) -> Iterator[str]:
    key = _key(old, new)
    if key is not None:
        before, after = ({item[key]: item for item in side} for side in (old, new))
        pairs = [(str(name), item, after[name]) for name, item in before.items() if name in after]
        gone = [_named(item, key) for name, item in before.items() if name not in after]
        come = [_named(item, key) for name, item in after.items() if name not in before]
    else:
        pairs, left, right = _alike(old, new)
        gone, come = [_short(item) for item in left], [_short(item) for item in right]
    lines = [line for label, before, after in pairs for line in _told(before, after, f"{at}[{label}]")]
    lines += [f"{at}: - {item}" for item in gone] + [f"{at}: + {item}" for item in come]
    yield from lines or ([f"{at}: in another order"] if old != new else [])


def _key(*lists: Sequence[Any]) -> str | None:
    """The field that names each item, and no two items of one list alike; None when there is none."""
    items = [item for one in lists for item in one]
    if not all(isinstance(item, Mapping) for item in items):
        return None
    return next((key for key in _KEYS if all(_names(key, one) for one in lists)), None)


def _names(key: str, items: Sequence[Mapping[str, Any]]) -> bool:
    found = [item.get(key) for item in items]
    return all(isinstance(value, str | int) for value in found) and len(set(found)) == len(found)


def _alike(old: list[Any], new: list[Any]) -> tuple[list[tuple[str, Any, Any]], list[Any], list[Any]]:
    """(pairs of items that differ, with the new one's position; what is left of the old; of the new)."""
    right = list(enumerate(new))
    left = []
    for item in old:
        same = next((entry for entry in right if entry[1] == item), None)
        right.remove(same) if same is not None else left.append(item)
    pairs = []
    for item in list(left):
        scored = [(_likeness(item, other), -position, other) for position, other in right]
        score, position, other = max(scored, default=(0.0, 0, None), key=lambda entry: entry[:2])
        if score >= 0.5:
            pairs.append((str(-position), item, other))
            left.remove(item)
            right.remove((-position, other))
    return pairs, left, [item for _, item in right]


def _likeness(one: Any, other: Any) -> float:
    """The share of values that two items have in common; nothing for what has no fields."""
    if not (isinstance(one, Mapping) and isinstance(other, Mapping)):
        return 0.0
    left, right = ({(path, _short(value)) for path, value in _leaves(item, "")} for item in (one, other))
    return len(left & right) / max(len(left), len(right), 1)


def _named(item: Mapping[str, Any], key: str) -> str:
    """An item by its name, with the rest of it."""
    rest = ", ".join(
        f"{path}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for path, value in _leaves({field: value for field, value in item.items() if field != key}, "")
        if path
    )
    return f"{item[key]} ({_short(rest)})" if rest else str(item[key])


def _leaves(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    """Every leaf inside plain data with its path; lists by what names their items, else by index."""
    if value is _ABSENT:
        return
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list) and value:
        key = _key(value)
        for index, item in enumerate(value):
            yield from _leaves(item, f"{at}[{item[key] if key else index}]")
    else:
        yield at, value


def _is_container(value: Any) -> bool:
    return isinstance(value, Mapping | list) and bool(value)


def _short(value: Any) -> str:
    text = value.replace("\n", "\\n") if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
