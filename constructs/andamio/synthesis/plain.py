"""What may be written at all: plain data, and a message that names the place of what is not.

Kubernetes objects and Terraform's JSON are made of mappings with string keys, lists, strings, whole
numbers, floats, booleans and nothing (`None`). The emitters accept exactly these types. Subclasses of
`str` (enumerations, marked secrets, cdktf tokens) are refused on purpose: what such a value means as
text is a decision of the one who holds it, never of an emitter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

DEEPEST = 100
"""Levels of nesting at most; what is deeper refers to itself. The deepest known CRD has about thirty."""

LARGEST = 2**63 - 1
"""The largest whole number: Kubernetes reads int64, beyond it becomes a float and loses digits."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotPlainError(TypeError):
    """A document holds something that is not plain data. The message says where and what."""


def refusal(document: object) -> NotPlainError:
    """Return the error that describes the first thing in `document` that is not plain data.

    Called only after an emitter has stumbled, so that the emitters carry no paths around. Returns the
    error instead of raising it, for `raise refusal(document) from None`.
    """
    if not isinstance(document, Mapping):
        return NotPlainError(f"document: {_kind(document)} is not a mapping")
    return NotPlainError(_search(document, "", 0) or "document: not plain data")


def _search(node: object, path: str, depth: int) -> str | None:
    where = path or "document"
    if depth > DEEPEST:
        return f"{where}: nested deeper than {DEEPEST} levels, does it contain itself?"
    if isinstance(node, Mapping):
        for key, value in node.items():
            if type(key) is not str:
                return f"{where}: the key {_shown(key)} is {_kind(key)}, keys must be str"
            if _SURROGATE.search(key):
                return f"{where}: the key {key!a} holds half a surrogate pair, which UTF-8 cannot write"
            step = key if _WORD.fullmatch(key) else f'["{key}"]'
            joined = f"{path}.{step}" if path and step[0] != "[" else f"{path}{step}"
            if found := _search(value, joined, depth + 1):
                return found
        return None
    if isinstance(node, list | tuple):
        for position, value in enumerate(node):
            if found := _search(value, f"{path}[{position}]", depth + 1):
                return found
        return None
    return _scalar(node, where)


def _scalar(node: object, where: str) -> str | None:
    if node is None or type(node) is bool:
        return None
    if type(node) is str:
        if _SURROGATE.search(node):
            return f"{where}: {node!a} holds half a surrogate pair, which UTF-8 cannot write"
        return None
    if type(node) is int:
        if not -LARGEST - 1 <= node <= LARGEST:
            return f"{where}: {node} does not fit 64 bits, write it as a string"
        return None
    if type(node) is float:
        return None if math.isfinite(node) else f"{where}: {node} is not a number that YAML or JSON can carry"
    return f"{where}: {_kind(node)} is not plain data; use dict, list, str, int, float, bool or None"


def _kind(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")


def _shown(key: object) -> str:
    # Only simple keys are shown: the repr of anything else may be long, or a secret.
    return repr(key) if type(key) in (int, float, bool, bytes, type(None)) else "of another type"
