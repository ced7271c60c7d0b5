"""Checks a value against the compact form of a structural schema.

The semantics are those of the Kubernetes API server for custom resources: an unknown field is
an error (the server drops it silently, unless asked to be strict), null is allowed only where the
schema says `nullable`, and the branches of `oneOf`, `anyOf` and `not` only compare values.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from andamio.knowledge.nearest import nearest

_NAMES: Final = {
    "object": "a map",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


class Validator:
    """Checks values against one schema and its shared definitions."""

    def __init__(self, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> None:
        self._schema = schema
        self._definitions = definitions

    def violations(self, value: object, path: str = "") -> list[str]:
        """Return one sentence for each violation, in the order of the value's fields."""
        return list(self._check(value, self._schema, path, closed=True))

    def _check(self, value: object, schema: Mapping[str, Any], path: str, *, closed: bool) -> Iterator[str]:
        if "$ref" in schema:
            schema = self._definitions[schema["$ref"]]
        if value is None:
            if not schema.get("nullable") and (closed or "type" in schema):
                yield f"{path}: null is not allowed"
            return
        if schema.get("x-kubernetes-int-or-string"):
            if isinstance(value, bool) or not isinstance(value, int | str):
                yield f"{path}: {_shown(value)} is neither a whole number nor a text"
                return
        elif not _is(value, schema.get("type")):
            yield f"{path}: {_shown(value)} is not {_told_type(schema['type'])}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield _not_in(value, schema["enum"], path)
        if isinstance(value, str):
            yield from _text(value, schema, path)
        elif isinstance(value, bool):
            pass
        elif isinstance(value, int | float):
            yield from _number(value, schema, path)
        elif isinstance(value, list | tuple):
            yield from self._list(value, schema, path, closed=closed)
        elif isinstance(value, Mapping):
            yield from self._map(value, schema, path, closed=closed)
        yield from self._logic(value, schema, path)

    def _list(
        self, value: list[Any] | tuple[Any, ...], schema: Mapping[str, Any], path: str, *, closed: bool
    ) -> Iterator[str]:
        yield from _size(len(value), schema, ("minItems", "maxItems"), "items", path)
        items = schema.get("items")
        if items is not None:
            for index, item in enumerate(value):
                yield from self._check(item, items, f"{path}[{index}]", closed=closed)
        keys = schema.get("x-kubernetes-list-map-keys")
        seen: list[Any]
        if keys:
            seen = [tuple(item.get(key) for key in keys) for item in value if isinstance(item, Mapping)]
        elif schema.get("x-kubernetes-list-type") == "set":
            seen = [item for item in value if isinstance(item, str | int)]
        else:
            return
        for again in sorted({repr(item) for item in seen if seen.count(item) > 1}):
            what = f"two items with {', '.join(keys)} = {again}" if keys else f"{again} twice"
            yield f"{path}: {what}"

    def _map(self, value: Mapping[str, Any], schema: Mapping[str, Any], path: str, *, closed: bool) -> Iterator[str]:
        yield from _size(len(value), schema, ("minProperties", "maxProperties"), "fields", path)
        for key in schema.get("required", ()):
            if key not in value:
                yield f"{_join(path, key)}: missing, and required"
        properties = schema.get("properties", {})
        extra = schema.get("additionalProperties")
        open_map = not closed or schema.get("x-kubernetes-preserve-unknown-fields") or extra is True
        for key, below in value.items():
            here = _join(path, str(key))
            if key in properties:
                yield from self._check(below, properties[key], here, closed=closed)
            elif isinstance(extra, Mapping):
                yield from self._check(below, extra, here, closed=closed)
            elif key in schema.get("x-absent", ()):
                yield f"{here}: exists, but its schema is not among those that Andamio carries"
            elif not open_map and ("type" in schema or properties):
                close = nearest(str(key), properties)
                yield f"{here}: unknown field" + (f'. Did you mean "{close}"?' if close else "")

    def _logic(self, value: object, schema: Mapping[str, Any], path: str) -> Iterator[str]:
        for branch in schema.get("allOf", ()):
            yield from self._check(value, branch, path, closed=False)
        if "not" in schema and self._holds(value, schema["not"]):
            yield f"{path}: a combination that is not allowed ({_told(schema['not'])})"
        if "anyOf" in schema and not any(self._holds(value, branch) for branch in schema["anyOf"]):
            yield f"{path}: none of its variants fits ({_told_all(schema['anyOf'])})"
        if "oneOf" in schema:
            fitting = sum(self._holds(value, branch) for branch in schema["oneOf"])
            if fitting != 1:
                yield f"{path}: {fitting} variants fit instead of exactly one ({_told_all(schema['oneOf'])})"

    def _holds(self, value: object, schema: Mapping[str, Any]) -> bool:
        return next(self._check(value, schema, "", closed=False), None) is None


def _is(value: object, kind: str | list[str] | None) -> bool:
    if kind is None:
        return True
    if isinstance(kind, list):
        return any(_is(value, one) for one in kind)
    if kind == "string":
        return isinstance(value, str)
    if kind == "object":
        return isinstance(value, Mapping)
    if kind == "array":
        return isinstance(value, list | tuple)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _told_type(kind: str | list[str]) -> str:
    return _NAMES[kind] if isinstance(kind, str) else " or ".join(_NAMES[one] for one in kind)


def _text(value: str, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    yield from _size(len(value), schema, ("minLength", "maxLength"), "characters", path)
    if "pattern" in schema and not _pattern(schema["pattern"]).search(value):
        yield f"{path}: {_shown(value)} does not match {schema['pattern']}"
    wanted = schema.get("format")
    if wanted is not None and not _formatted(value, wanted):
        yield f"{path}: {_shown(value)} is not of the form {wanted}"


def _formatted(value: str, wanted: str) -> bool:
    try:
        if wanted == "cidr":
            ipaddress.ip_network(value, strict=False)
            return "/" in value
        return ipaddress.ip_address(value).version == int(wanted[-1])
    except ValueError:
        return False


def _number(value: float, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    if "minimum" in schema:
        least = schema["minimum"]
        if value < least or (value == least and schema.get("exclusiveMinimum") is True):
            yield f"{path}: {value} is below the minimum {least}"
    if "maximum" in schema:
        most = schema["maximum"]
        if value > most or (value == most and schema.get("exclusiveMaximum") is True):
            yield f"{path}: {value} is above the maximum {most}"


def _size(size: int, schema: Mapping[str, Any], keys: tuple[str, str], unit: str, path: str) -> Iterator[str]:
    least, most = schema.get(keys[0]), schema.get(keys[1])
    if least is not None and size < least:
        yield f"{path}: {size} {unit}, at least {least} are required"
    if most is not None and size > most:
        yield f"{path}: {size} {unit}, at most {most} are allowed"


def _not_in(value: object, choices: list[Any], path: str) -> str:
    close = nearest(str(value), [str(choice) for choice in choices])
    hint = f'. Did you mean "{close}"?' if close else ""
    return f"{path}: {_shown(value)} is not one of {', '.join(map(str, choices))}{hint}"


def _told(branch: Mapping[str, Any]) -> str:
    if "anyOf" in branch:
        return _told_all(branch["anyOf"])
    if branch.get("required"):
        return " with ".join(branch["required"])
    if "properties" in branch:
        return ", ".join(branch["properties"])
    return "none of the others" if "not" in branch else "another form"


def _told_all(branches: list[Mapping[str, Any]]) -> str:
    return " | ".join(_told(branch) for branch in branches)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _shown(value: object) -> str:
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    return text if len(text) <= 60 else text[:57] + "..."


def _join(path: str, key: str) -> str:
    if all(letter.isalnum() or letter in "_-" for letter in key) and key:
        return f"{path}.{key}" if path else key
    return f'{path}["{key}"]'
