"""Schemas as messages, and values in their shape."""

from __future__ import annotations

import pytest

from andamio.bindings.schema import committed_schema
from andamio.sandbox.protocol.shape import conformed, is_set, schema_message, schemas_message

BLOCK = {
    "attributes": {
        "name": {"type": "string", "required": True},
        "places": {"type": ["list", ["object", {"id": "string", "ip": "string"}]], "computed": True},
        "inside": {"nested_type": {"nesting_mode": "single", "attributes": {"a": {"type": "string"}}}},
    },
    "block_types": {
        "rule": {"nesting_mode": "set", "block": {"attributes": {"kind": {"type": "string"}}}},
        "timeouts": {"nesting_mode": "single", "block": {"attributes": {"create": {"type": "string"}}}},
    },
}


def test_what_was_not_given_is_null_and_no_block_is_an_empty_list() -> None:
    assert conformed(BLOCK, {"name": "x", "places": [{"id": "1"}], "inside": {}, "rule": [{}]}) == {
        "name": "x",
        "places": [{"id": "1", "ip": None}],
        "inside": {"a": None},
        "rule": [{"kind": None}],
        "timeouts": None,
    }
    assert conformed(BLOCK, {})["rule"] == []


def test_what_the_schema_lacks_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such attribute: nmae"):
        conformed(BLOCK, {"nmae": "x"})


def test_sets_are_told_from_lists() -> None:
    assert is_set(BLOCK, "rule")
    assert not is_set(BLOCK, "places")


def test_a_schema_keeps_types_flags_and_nesting() -> None:
    block = schema_message(BLOCK).block
    attributes = {one.name: one for one in block.attributes}
    assert attributes["name"].required
    assert attributes["name"].type == b'"string"'
    assert attributes["inside"].nested_type.nesting == 1
    assert {one.type_name: one.nesting for one in block.block_types} == {"rule": 3, "timeouts": 1}


@pytest.mark.parametrize("name", ["ovh", "harbor", "helm"])
def test_every_committed_schema_can_be_told(name: str) -> None:
    body = committed_schema(name).body
    told = schemas_message(body)
    assert {one.key for one in told.resource_schemas} == set(body["resource_schemas"])
