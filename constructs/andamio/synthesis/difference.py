"""What a change of `dist/` means, by environment and owner, in the words of the objects that change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml as reader

from andamio.checks.changed_arguments import recreating
from andamio.checks.output import Output, Resource
from andamio.synthesis.wording import in_words

__all__ = ["Difference", "differences"]

_ABSENT: Final = object()
_UNREADABLE: Final = {"(unreadable)": True}


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
    """Field by field, in words."""

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
    details = tuple(in_words(_yaml(old), _yaml(new))) if sign == "~" else ()
    return Difference(environment=parts[1], owner=parts[2], sign=sign, what=f"{kind} {name}", details=details)


def _yaml(text: str | None) -> Any:
    try:
        return reader.load(text or "", Loader=getattr(reader, "CSafeLoader", reader.SafeLoader))  # noqa: S506 - both are safe
    except reader.YAMLError:
        return _UNREADABLE


def _stack(name: str, old: str | None, new: str | None) -> Iterator[Difference]:
    environment, _, stack = name.partition("-")
    documents = _json(old), _json(new)
    before, after = map(_blocks, documents)
    moves = Output(stacks={name: documents[1]}).moved(name)
    for address in sorted({*before, *after}):
        was, will = before.get(address, _ABSENT), after.get(address, _ABSENT)
        if was == will:
            continue
        sign = "+" if was is _ABSENT else "-" if will is _ABSENT else "~"
        yield Difference(
            environment=environment,
            owner=f"cloud: {stack}",
            sign=sign,
            what=address,
            details=tuple(in_words(was, will)) if sign == "~" else (),
            recreates=_recreating(name, address, was, will, moves) if sign == "~" else (),
        )


def _json(text: str | None) -> dict[str, Any]:
    try:
        document = json.loads(text or "{}")
    except ValueError:
        return _UNREADABLE
    return document if isinstance(document, dict) else _UNREADABLE


def _blocks(document: Mapping[str, Any]) -> dict[str, Any]:
    """Terraform address → block; what is no resource stands under its section's name."""
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


def _recreating(stack: str, address: str, was: Any, will: Any, moves: Mapping[str, str]) -> tuple[str, ...]:
    kind, _, label = address.partition(".")
    if not label or not isinstance(was, Mapping) or not isinstance(will, Mapping):
        return ()
    before, now = (Resource(stack=stack, type=kind, label=label, body=body) for body in (was, will))
    return tuple(recreating(before, now, moves))
