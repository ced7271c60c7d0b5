"""Provider schemas as messages, and values brought into the shape that a schema wants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from andamio.sandbox.protocol.messages import message
from andamio.sandbox.protocol.values import UNKNOWN, Values

__all__ = ["conformed", "is_set", "schema_message", "schemas_message"]

_BLOCK_MODES: Final = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
_OBJECT_MODES: Final = {"single": 1, "list": 2, "set": 3, "map": 4}
_FLAGS: Final = ("required", "optional", "computed", "sensitive", "deprecated", "write_only")

Block = Mapping[str, Any]
"""A block of `terraform providers schema -json`."""


def schemas_message(body: Mapping[str, Any]) -> Any:
    """The answer to `GetProviderSchema` for one provider's schema."""
    entry = message("SchemaEntry")
    return message("Schemas")(
        provider=schema_message(body["provider"]["block"]),
        resource_schemas=[
            entry(key=name, value=schema_message(given["block"]))
            for name, given in body.get("resource_schemas", {}).items()
        ],
        data_source_schemas=[
            entry(key=name, value=schema_message(given["block"]))
            for name, given in body.get("data_source_schemas", {}).items()
        ],
    )


def schema_message(block: Block) -> Any:
    """One block as a schema."""
    return message("Schema")(version=0, block=_block(block))


def _block(block: Block) -> Any:
    return message("Block")(
        attributes=[_attribute(name, given) for name, given in block.get("attributes", {}).items()],
        block_types=[
            message("Nested")(
                type_name=name,
                block=_block(given["block"]),
                nesting=_BLOCK_MODES[given["nesting_mode"]],
                min_items=given.get("min_items", 0),
                max_items=given.get("max_items", 0),
            )
            for name, given in block.get("block_types", {}).items()
        ],
        deprecated=bool(block.get("deprecated")),
    )


def _attribute(name: str, given: Mapping[str, Any]) -> Any:
    made = message("Attribute")(name=name, **{flag: True for flag in _FLAGS if given.get(flag)})
    if "nested_type" in given:
        nested = given["nested_type"]
        made.nested_type.nesting = _OBJECT_MODES[nested["nesting_mode"]]
        made.nested_type.attributes.extend(_attribute(key, inner) for key, inner in nested["attributes"].items())
    else:
        made.type = json.dumps(given["type"]).encode()
    return made


def conformed(block: Block, value: Values) -> Values:
    """`value` with exactly the attributes and blocks of its schema: null where nothing was given.

    Raises:
        ValueError: when the value has something that the schema does not.
    """
    attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
    extra = set(value) - set(attributes) - set(blocks)
    if extra:
        raise ValueError(f"no such attribute: {', '.join(sorted(extra))}")
    shaped: Values = {}
    for name, given in attributes.items():
        nested = given.get("nested_type")
        inner = value.get(name)
        shaped[name] = _each(nested["nesting_mode"], nested, inner) if nested else _typed(given["type"], inner)
    for name, given in blocks.items():
        mode = given["nesting_mode"]
        inner = value.get(name)
        if inner is None and mode in ("list", "set"):
            inner = []
        shaped[name] = _each(mode, given["block"], inner)
    return shaped


def _each(mode: str, block: Block, value: Any) -> Any:
    if value is None or value is UNKNOWN:
        return value
    if mode in ("single", "group"):
        return conformed(block, value)
    if mode == "map":
        return {key: conformed(block, item) for key, item in value.items()}
    return [item if item is UNKNOWN else conformed(block, item) for item in value]


def _typed(kind: Any, value: Any) -> Any:
    """A value whose objects have every attribute of their type."""
    if value is None or value is UNKNOWN or isinstance(kind, str):
        return value
    outer, inner = kind
    if outer in ("list", "set"):
        return [_typed(inner, item) for item in value]
    if outer == "map":
        return {key: _typed(inner, item) for key, item in value.items()}
    return {name: _typed(given, value.get(name)) for name, given in inner.items()}


def is_set(block: Block, name: str) -> bool:
    """Whether an attribute or nested block is a set, whose order does not count."""
    attribute = block.get("attributes", {}).get(name)
    if attribute is None:
        return bool(block.get("block_types", {}).get(name, {}).get("nesting_mode") == "set")
    if "nested_type" in attribute:
        return bool(attribute["nested_type"]["nesting_mode"] == "set")
    return isinstance(attribute["type"], list) and attribute["type"][0] == "set"
