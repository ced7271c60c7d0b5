"""One document as JSON: stable, indented by two, in the caller's order, readable in a diff.

The text is what `json.dumps(document, indent=2, ensure_ascii=False)` gives, which in Python 3.11 takes
four times as long with an indent, plus a newline; what is not plain data is refused instead of converted
(`json` turns the key `1` into `"1"` and writes NaN).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

from andamio.synthesis.plain import DEEPEST, LARGEST, NotPlainError, refusal

_SURROGATE = re.compile("[\ud800-\udfff]")


def dump(document: Mapping[str, Any]) -> str:
    """Return `document` as JSON, ended by a newline.

    Raises:
        NotPlainError: (a TypeError) something is not plain data; the message names its path.
    """
    if not isinstance(document, Mapping):
        raise refusal(document)
    parts: list[str] = []
    try:
        _write(document, "\n", parts)
    except (NotPlainError, RecursionError):
        raise refusal(document) from None
    parts.append("\n")
    text = "".join(parts)
    if _SURROGATE.search(text):
        raise refusal(document)
    return text


def _write(value: object, line: str, parts: list[str]) -> None:
    """Append `value`; `line` is the newline and indentation of the place where it stands."""
    if isinstance(value, str):
        if type(value) is not str:
            raise NotPlainError
        parts.append(encode_basestring(value))
    elif isinstance(value, Mapping):
        if not value:
            parts.append("{}")
            return
        if len(line) > 2 * DEEPEST:
            raise NotPlainError
        inner = f"{line}  "
        lead = "{" + inner
        for key, item in value.items():
            if type(key) is not str:
                raise NotPlainError
            parts.append(f"{lead}{encode_basestring(key)}: ")
            _write(item, inner, parts)
            lead = f",{inner}"
        parts.append(line + "}")
    elif isinstance(value, list | tuple):
        if not value:
            parts.append("[]")
            return
        if len(line) > 2 * DEEPEST:
            raise NotPlainError
        inner = f"{line}  "
        lead = f"[{inner}"
        for item in value:
            parts.append(lead)
            _write(item, inner, parts)
            lead = f",{inner}"
        parts.append(f"{line}]")
    else:
        parts.append(_other(value))


def _other(value: object) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int and -LARGEST - 1 <= value <= LARGEST:
        return str(value)
    if type(value) is float and math.isfinite(value):
        return repr(value)
    raise NotPlainError
