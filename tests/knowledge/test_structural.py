"""The semantics of structural schemas, one property each."""

from __future__ import annotations

import pytest

from andamio.knowledge.structural import Validator


def check(schema: dict, value: object) -> list[str]:
    return Validator(schema, {"short": {"type": "string", "maxLength": 2}}).violations(value, "x")


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "integer"}, 1, True),
        ({"type": "integer"}, 1, 1.5),
        ({"type": "number"}, 1.5, "1.5"),
        ({"type": "boolean"}, False, "false"),
        ({"type": ["string", "number"]}, 1, []),
        ({"type": "integer", "minimum": 1, "maximum": 3}, 3, 4),
        ({"type": "integer", "minimum": 1}, 1, 0),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, 0.1, 0),
        ({"type": "string", "minLength": 1, "maxLength": 2}, "ab", "abc"),
        ({"type": "string", "pattern": "^a+$"}, "aa", "b"),
        ({"type": "string", "format": "cidr"}, "10.0.0.0/8", "10.0.0.0"),
        ({"type": "string", "format": "ipv6"}, "::1", "127.0.0.1"),
        ({"type": "array", "maxItems": 1}, [1], [1, 2]),
        ({"type": "array", "items": {"type": "string"}}, ["a"], [1]),
        ({"type": "array", "x-kubernetes-list-type": "set"}, ["a", "b"], ["a", "a"]),
        ({"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}}, {"a": "b"}, {}),
        ({"type": "object", "additionalProperties": {"type": "string"}}, {"a": "b"}, {"a": 1}),
        ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, {"a": 1}, 1),
        ({"type": "object", "properties": {"a": {"type": "string"}}}, {"a": "b"}, {"b": "b"}),
        ({"type": "object"}, {}, {"a": 1}),
        ({"x-kubernetes-int-or-string": True}, "50%", 1.5),
        ({"type": "string", "nullable": True}, None, 1),
        ({"$ref": "short"}, "ab", "abc"),
        ({"type": "string", "enum": ["a", "b"]}, "a", "c"),
        ({"type": "string", "not": {"enum": ["a"]}}, "b", "a"),
        ({"type": "string", "allOf": [{"maxLength": 3}, {"minLength": 2}]}, "ab", "a"),
        ({"type": "string", "anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, "b", "c"),
    ],
)
def test_each_rule_tells_good_from_bad(schema: dict, good: object, bad: object) -> None:
    assert check(schema, good) == []
    assert len(check(schema, bad)) == 1


def test_null_is_no_value() -> None:
    assert check({"type": "string"}, None) == ["x: null is not allowed"]


def test_exactly_one_of() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    }
    assert check(schema, {"a": "1"}) == []
    assert check(schema, {}) == ["x: 0 variants fit instead of exactly one (a | b)"]
    assert check(schema, {"a": "1", "b": "2"}) == ["x: 2 variants fit instead of exactly one (a | b)"]


def test_all_mistakes_are_told_at_once() -> None:
    schema = {"type": "object", "required": ["a"], "properties": {"a": {}, "b": {"type": "string"}}}
    assert len(check(schema, {"b": 1, "c": 2})) == 3


def test_odd_keys_are_quoted_in_paths() -> None:
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    assert check(schema, {"a/b": 1}) == ['x["a/b"]: 1 is not a text']
