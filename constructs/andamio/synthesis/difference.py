"""What a change of `dist/` means, by environment and owner, in the words of the objects that change."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml as reader

from andamio.knowledge.recreate import known_types, recreates

__all__ = ["Difference", "differences", "leaves"]

_ABSENT = object()
_LIMIT = 60


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One object that appears, changes or goes."""

    environment: str
    """Name of the environment, or `shared`."""

    owner: str
    """Folder of the objects (a service, an add-on) or kind of stack (`cloud: data`)."""

    sign: str
    """`+`, `~` or `-`."""

    what: str
    """Kind and name, or Terraform address."""

    details: tuple[str, ...] = ()
    """Field by field, old → new."""

    recreates: tuple[str, ...] = ()
    """Arguments whose change makes Terraform destroy the resource and make it anew."""


Read = Callable[[str], str | None]
"""Gives the text of a file by its path below `dist/`; None when there is none."""


def differences(paths: Mapping[str, str], old: Read, new: Read) -> list[Difference]:
    """The differences of the files `paths` (path → sign), sorted by environment, owner and object."""
    found: list[Difference] = []
    for path, sign in paths.items():
        parts = path.split("/")
        if path.endswith("/cdk.tf.json"):
            found.extend(_stack(parts[2], old(path) if sign != "+" else None, new(path) if sign != "-" else None))
        elif parts[0] == "k8s" and parts[-1] != "kustomization.yaml":
            found.append(_object(parts, sign, old(path) if sign == "~" else None, new(path) if sign == "~" else None))
    return sorted(found, key=lambda d: (d.environment, d.owner, d.what, d.sign))


def _object(parts: list[str], sign: str, old: str | None, new: str | None) -> Difference:
    kind, _, name = parts[-1].removesuffix(".yaml").partition(".")
    details = tuple(_leaf_changes(_yaml(old), _yaml(new))) if sign == "~" else ()
    return Difference(environment=parts[1], owner=parts[2], sign=sign, what=f"{kind} {name}", details=details)


def _yaml(text: str | None) -> Any:
    try:
        return reader.load(text or "", Loader=getattr(reader, "CSafeLoader", reader.SafeLoader))  # noqa: S506 - both are safe
    except reader.YAMLError:
        return {"(unreadable)": True}


def _stack(name: str, old: str | None, new: str | None) -> Iterator[Difference]:
    environment, _, stack = name.partition("-")
    before, after = _blocks(old), _blocks(new)
    for address in sorted({*before, *after}):
        was, will = before.get(address, _ABSENT), after.get(address, _ABSENT)
        if was == will:
            continue
        sign = "+" if was is _ABSENT else "-" if will is _ABSENT else "~"
        changed = dict(_leaf_pairs(was, will)) if sign == "~" else {}
        yield Difference(
            environment=environment,
            owner=f"cloud: {stack}",
            sign=sign,
            what=address,
            details=tuple(_words(path, pair) for path, pair in changed.items()),
            recreates=_recreating(address, changed) if sign == "~" else (),
        )


def _blocks(text: str | None) -> dict[str, Any]:
    """Terraform address → block; what is no resource stands under its section's name."""
    try:
        document = json.loads(text or "{}")
    except ValueError:
        return {"(unreadable)": True}
    blocks: dict[str, Any] = {}
    for section, content in document.items():
        if section in ("resource", "data"):
            prefix = "data." if section == "data" else ""
            for kind, named in content.items():
                blocks.update({f"{prefix}{kind}.{name}": block for name, block in named.items()})
        elif section == "output":
            blocks.update({f"output {name}": block for name, block in content.items()})
        elif section != "//":
            blocks[section] = content
    return blocks


def _recreating(address: str, changed: Mapping[str, object]) -> tuple[str, ...]:
    kind = address.split(".")[0]
    if kind not in known_types():
        return ()
    arguments = {re.sub(r"\[[^]]*\]", "", path) for path in changed}
    wanted = recreates(kind)
    return tuple(
        sorted(
            argument
            for argument in arguments
            if any(argument == w or argument.startswith(f"{w}.") or w.startswith(f"{argument}.") for w in wanted)
        )
    )


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf inside plain data with its path; lists by index, or by `name` where each item has one."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            label = item["name"] if isinstance(item, dict) and isinstance(item.get("name"), str) else index
            yield from leaves(item, f"{at}[{label}]")
    else:
        yield at, value


def _leaf_pairs(old: Any, new: Any) -> Iterator[tuple[str, tuple[Any, Any]]]:
    before, after = dict(leaves(old)), dict(leaves(new))
    for path in sorted({*before, *after}):
        pair = before.get(path, _ABSENT), after.get(path, _ABSENT)
        if pair[0] != pair[1]:
            yield path, pair


def _leaf_changes(old: Any, new: Any) -> Iterator[str]:
    for path, pair in _leaf_pairs(old, new):
        yield _words(path, pair)


def _words(path: str, pair: tuple[Any, Any]) -> str:
    old, new = pair
    if old is _ABSENT:
        return f"{path}: {_short(new)} (new)"
    if new is _ABSENT:
        return f"{path}: {_short(old)} goes"
    return f"{path}: {_short(old)} → {_short(new)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value.replace("\n", "\\n")
    return text if len(text) <= _LIMIT else f"{text[: _LIMIT - 3]}..."
