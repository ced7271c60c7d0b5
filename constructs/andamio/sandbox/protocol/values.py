"""Terraform's values as plain Python: msgpack on the wire, JSON in a state.

A null is `None`, an unknown value `UNKNOWN`, an object or a map a `dict`, a list or a set a `list`. A number that is
not exact in binary stays the text that Terraform sent, since Terraform compares decimals digit by digit.
"""

from __future__ import annotations

import json
from typing import Any, Final

import msgpack  # type: ignore[import-untyped]

__all__ = ["UNKNOWN", "Unknown", "Values", "decode", "encode", "from_state", "has_unknown", "known", "same"]

Values = dict[str, Any]
"""Attribute or block → value."""


class Unknown:
    """A value that only applying will tell. There is one: `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

_PLAIN_UNKNOWN, _REFINED_UNKNOWN = 0, 12


def decode(data: bytes) -> Any:
    """What Terraform sent; raises `ValueError` for an extension type that the protocol does not have."""
    return msgpack.unpackb(data, ext_hook=_extension, strict_map_key=False) if data else None


def encode(value: Any) -> bytes:
    """A value as Terraform reads it. An unknown is told without what may be known about it, which is allowed."""
    packed: bytes = msgpack.packb(value, default=_unknown)
    return packed


def from_state(data: bytes) -> Any:
    """The value of a state file's JSON, decimals as text."""
    return json.loads(data, parse_float=str)


def has_unknown(value: Any) -> bool:
    """Whether anything in a value is unknown."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def known(value: Any) -> Any:
    """A value with `None` for what is unknown."""
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [known(item) for item in value]
    return None if value is UNKNOWN else value


def same(left: Any, right: Any, *, as_set: bool = False) -> bool:
    """Whether two values are equal; `as_set` ignores the order of a list."""
    if as_set and isinstance(left, list) and isinstance(right, list):
        return sorted(map(_text, left)) == sorted(map(_text, right))
    return _text(left) == _text(right)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=repr)


def _extension(code: int, data: bytes) -> Unknown:
    if code in (_PLAIN_UNKNOWN, _REFINED_UNKNOWN):
        return UNKNOWN
    raise ValueError(f"Terraform sent a value of extension type {code}")


def _unknown(value: object) -> msgpack.ExtType:
    if value is UNKNOWN:
        return msgpack.ExtType(_PLAIN_UNKNOWN, b"\0")
    raise TypeError(f"no Terraform value: {type(value).__name__}")
