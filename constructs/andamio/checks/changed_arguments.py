"""Arguments of Terraform resources that changed since the previous output, and those that make a resource anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from andamio.checks.output import Output, Resource
from andamio.contract.outputs import PLACEHOLDER
from andamio.knowledge.recreate import behaviour, known_types

__all__ = ["changed", "pairs", "recreating"]

_REFERENCE = re.compile(r"\$\{(ovh_[a-z0-9_]+\.[A-Za-z0-9_-]+)\.id\}")
"""An argument that names another resource of the same stack."""

_EXPRESSION = re.compile(r"\$\{")


def pairs(output: Output, previous: Output) -> Iterator[tuple[Resource, Resource]]:
    """Each resource that was there and is: (before, now), through `moved` blocks."""
    now = {(resource.stack, resource.address): resource for resource in output.resources}
    moves = {stack: output.moved(stack) for stack in output.stacks}
    known = set(known_types())
    for before in previous.resources:
        if before.type in known:
            address = moves.get(before.stack, {}).get(before.address, before.address)
            found = now.get((before.stack, address)) or now.get((before.stack, before.address))
            if found is not None:
                yield before, found


def _at(value: Any, path: str) -> Any:
    """The value of an argument by its dotted path; of a list of blocks, the list of their values."""
    head, _, rest = path.partition(".")
    if isinstance(value, list):
        return [_at(item, path) for item in value]
    found = value.get(head) if isinstance(value, Mapping) else None
    return _at(found, rest) if rest and found is not None else found


def changed(before: Resource, now: Resource, path: str, moves: Mapping[str, str]) -> tuple[Any, Any] | None:
    """(old, new) of an argument whose value changed, so far as the files can tell; `moves` are the stack's."""
    old, new = _at(before.body, path), _at(now.body, path)
    if old == new:
        return None
    references = _REFERENCE.fullmatch(str(old)), _REFERENCE.fullmatch(str(new))
    if references[0] and references[1]:
        there, here = references[0][1], references[1][1]
        return None if moves.get(there, there) == here else (there, here)
    if _unknown(old) or _unknown(new):
        return None
    if isinstance(old, list) and isinstance(new, list) and {str(v) for v in old} == {str(v) for v in new}:
        return None  # more or fewer nodes of the same kind
    return old, new


def _unknown(value: Any) -> bool:
    """Whether a value is an expression or stands for one that the first deploy tells."""
    text = str(value)
    return bool(_EXPRESSION.search(text)) or PLACEHOLDER in text


def recreating(before: Resource, now: Resource, moves: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    """Each argument whose change makes Terraform destroy the resource and make it anew, with its (old, new) value.

    Empty for a type whose behaviour is not known.
    """
    if before.type not in known_types():
        return {}
    answer = behaviour(before.type)
    paths = answer.recreates if answer.updatable else answer.recreates | set(before.body) & set(now.body)
    found = {}
    for path in sorted(paths - {"lifecycle", "timeouts", "provider", "depends_on"}):
        change = changed(before, now, path, moves)
        if change is not None:
            found[path] = change
    return found
