"""One object as YAML that every reader takes for the same thing.

Kubernetes reads YAML through `sigs.k8s.io/yaml` (a YAML 1.1 reader with parts of 1.2), people's tools
through PyYAML, libyaml or a YAML 1.2 reader, and they disagree about `yes`, `1e3`, `0o17` or `12:30`. So
a string stays bare only if it is plainly a word: it begins with a letter or a slash, goes on with
letters, digits and `_ . / @ : -`, and is none of the words that some reader takes for a boolean, a
number or nothing. Everything else is quoted as in JSON. See `docs/decisions/0005-own-yaml-emitter.md`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

from andamio.synthesis.plain import DEEPEST, LARGEST, NotPlainError, refusal

FIRST = ("apiVersion", "kind", "metadata")
"""Keys that stand first in an object, in this order, as Kubernetes' own documentation writes them."""

_BARE = re.compile(r"[A-Za-z/](?:[A-Za-z0-9_./@-]|:(?=[A-Za-z0-9_./@-]))*")
_TAKEN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"})

# What YAML calls not printable, its line breaks beyond \n, the byte order mark, and half surrogates.
_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

_LONGEST_KEY = 1000
"""Readers give up on `key: value` when the key is longer than 1024 characters (YAML 1.1, 9.1.3)."""

_LEAVES = frozenset({int, float, bool, type(None)})

_DEEPEST_PAD = 2 * DEEPEST


class _Scalars(dict[str, str]):
    """How each string is written, remembered: the same few thousand strings fill a platform's files."""

    def __missing__(self, value: str) -> str:
        text = value if _BARE.fullmatch(value) and value.lower() not in _TAKEN else quoted(value)
        if len(value) <= 256:
            if len(self) >= 100_000:
                self.clear()
            self[value] = text
        return text


_SCALARS = _Scalars()


def dump(document: Mapping[str, Any]) -> str:
    """Return `document` as one YAML document in block style, ended by a newline.

    `apiVersion`, `kind` and `metadata` come first, every other key in the caller's order. Strings of
    several lines are literal blocks (`|`) where that is exact and visible; with tabs, trailing or
    leading spaces or control characters they are quoted. Equal input gives equal text.

    Raises:
        NotPlainError: (a TypeError) something is not plain data; the message names its path.
    """
    if not isinstance(document, Mapping):
        raise refusal(document)
    if not document:
        return "{}\n"
    lines: list[str] = []
    try:
        _mapping(ordered(document), "", "", lines)
    except (NotPlainError, RecursionError):
        raise refusal(document) from None
    lines.append("")
    return "\n".join(lines)


def ordered(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `document` with `apiVersion`, `kind` and `metadata` first and the other keys as they were."""
    first = {key: document[key] for key in FIRST if key in document}
    return {**first, **document} if first else document


def head_comment(source: str, command: str) -> str:
    """Return the first line of a generated YAML file, newline included.

    Args:
        source: the file that it was made from, relative to the project's root.
        command: what makes it again, such as `make synth`.
    """
    return f"# Made by Andamio from {_one_line(source)}; do not edit, run: {_one_line(command)}\n"


def quoted(value: str) -> str:
    """Return `value` in double quotes with JSON's escapes, on one line, for any YAML reader.

    Raises:
        NotPlainError: `value` holds half a surrogate pair, which UTF-8 cannot write.
    """
    if _SURROGATE.search(value):
        raise NotPlainError
    return _ESCAPED.sub(_escape, encode_basestring(value))


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _one_line(text: str) -> str:
    return re.sub(_UNSAFE.pattern + "|\n", _escape, text)


def _mapping(node: Mapping[str, Any], first: str, pad: str, lines: list[str]) -> None:
    """Append a mapping that is not empty; `first` stands before its first key, `pad` before the others."""
    if len(pad) > _DEEPEST_PAD:
        raise NotPlainError
    scalars = _SCALARS
    lead = first
    for key, value in node.items():
        if type(key) is not str:
            raise NotPlainError
        written = scalars[key]
        if len(written) > _LONGEST_KEY:
            lines.append(f"{lead}? {written}")
            name = f"{pad}:"
        else:
            name = f"{lead}{written}:"
        lead = pad
        kind = type(value)
        if kind is str:
            if "\n" in value:
                _text(value, name, f"{pad}  ", lines)
            else:
                lines.append(f"{name} {scalars[value]}")
        elif kind in _LEAVES:
            lines.append(f"{name} {_leaf(value)}")
        elif kind is dict or isinstance(value, Mapping):
            if value:
                lines.append(name)
                _mapping(value, f"{pad}  ", f"{pad}  ", lines)
            else:
                lines.append(f"{name} {{}}")
        elif isinstance(value, list | tuple):
            if value:
                lines.append(name)
                _sequence(value, pad, pad, lines)
            else:
                lines.append(f"{name} []")
        else:
            raise NotPlainError


def _sequence(node: list[Any] | tuple[Any, ...], first: str, pad: str, lines: list[str]) -> None:
    """Append a list that is not empty; its dashes stand in the column that `pad` ends in."""
    if len(pad) > _DEEPEST_PAD:
        raise NotPlainError
    lead = first
    for value in node:
        kind = type(value)
        if kind is str:
            if "\n" in value:
                _text(value, f"{lead}-", f"{pad}  ", lines)
            else:
                lines.append(f"{lead}- {_SCALARS[value]}")
        elif kind in _LEAVES:
            lines.append(f"{lead}- {_leaf(value)}")
        elif kind is dict or isinstance(value, Mapping):
            if value:
                _mapping(value, f"{lead}- ", f"{pad}  ", lines)
            else:
                lines.append(f"{lead}- {{}}")
        elif isinstance(value, list | tuple):
            if value:
                _sequence(value, f"{lead}- ", f"{pad}  ", lines)
            else:
                lines.append(f"{lead}- []")
        else:
            raise NotPlainError
        lead = pad


def _text(value: str, name: str, pad: str, lines: list[str]) -> None:
    """Append a string with line breaks, as a literal block where that loses and hides nothing."""
    if value[0] in " \n" or value[-1] == " " or value.endswith("\n\n") or " \n" in value or _UNSAFE.search(value):
        lines.append(f"{name} {_SCALARS[value]}")
        return
    lines.append(f"{name} |" if value[-1] == "\n" else f"{name} |-")
    lines.extend([pad + line if line else "" for line in value.removesuffix("\n").split("\n")])


def _leaf(value: object) -> str:
    """Return a number, a boolean or nothing as every reader takes it."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int and -LARGEST - 1 <= value <= LARGEST:
        return str(value)
    if type(value) is float and math.isfinite(value):
        text = repr(value)
        # YAML 1.1 wants a point in every float: 1e+16 would be a string.
        return text.replace("e", ".0e") if "e" in text and "." not in text else text
    raise NotPlainError
