"""Checks synthesized Terraform JSON against provider schemas."""

from collections.abc import Iterator, Mapping
from typing import Any

from andamio.bindings.arguments import suggestion
from andamio.bindings.schema import ProviderSchema

_META = {"//", "connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "dynamic"}
_PROVIDER_META = {"//", "alias", "version"}


def check_stack(stack: Mapping[str, Any], schemas: Mapping[str, ProviderSchema]) -> list[str]:
    """Everything that is wrong, sorted; empty when nothing is. See `check_terraform_json`.

    Args:
        stack: the content of a `cdk.tf.json`.
        schemas: the providers that are known, by local name.
    """
    found: list[str] = []
    for section, group in (("resource", "resource_schemas"), ("data", "data_source_schemas")):
        for kind, instances in stack.get(section, {}).items():
            prefix = "data." if section == "data" else ""
            if kind.startswith("terraform_"):
                continue
            schema = schemas.get(kind.partition("_")[0])
            known = schema.body.get(group, {}) if schema else {}
            if kind not in known:
                found.append(f"{prefix}{kind}: no schema knows this type.{suggestion(kind, known)}")
                continue
            for name, body in instances.items():
                found += _block(known[kind]["block"], body, f"{prefix}{kind}.{name}", _META)
    for name, bodies in stack.get("provider", {}).items():
        if name not in schemas:
            found.append(f"provider.{name}: no schema knows this provider.{suggestion(name, schemas)}")
            continue
        for body in bodies if isinstance(bodies, list) else [bodies]:
            found += _block(schemas[name].body["provider"]["block"], body, f"provider.{name}", _PROVIDER_META)
    return sorted(found)


def _block(block: Mapping[str, Any], body: Any, path: str, meta: set[str] = frozenset()) -> Iterator[str]:  # type: ignore[assignment]
    if not isinstance(body, Mapping):
        yield f"{path}: is {_words(body)}, not an object."
        return
    attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
    dynamic = body.get("dynamic", {}) if "dynamic" in meta else {}
    for name, value in body.items():
        if name in meta:
            continue
        if name in attributes:
            yield from _attribute(attributes[name], value, f"{path}.{name}")
        elif name in blocks:
            yield from _nested_blocks(blocks[name], value, f"{path}.{name}")
        else:
            yield f"{path}.{name}: no such argument.{suggestion(name, _settable(attributes, blocks))}"
    yield from _missing(attributes, body, path)
    for name, given in blocks.items():
        if given.get("min_items", 0) > 0 and name not in body and name not in dynamic:
            yield f"{path}.{name}: required and missing."


def _settable(attributes: Mapping[str, Any], blocks: Mapping[str, Any]) -> list[str]:
    arguments = [name for name, given in attributes.items() if given.get("required") or given.get("optional")]
    return [*arguments, *blocks]


def _missing(attributes: Mapping[str, Any], body: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, given in attributes.items():
        if given.get("required") and body.get(name) is None:
            yield f"{path}.{name}: required and missing."


def _nested_blocks(given: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    mode = given["nesting_mode"]
    if isinstance(value, str):
        yield f"{path}: is an expression, but a block takes none; use a dynamic block."
    elif mode == "map" and isinstance(value, Mapping):
        for key, item in value.items():
            yield from _block(given["block"], item, f"{path}[{key!r}]")
    elif mode in {"list", "set"}:
        items = value if isinstance(value, list) else [value]
        least, most = given.get("min_items", 0), given.get("max_items", 0)
        if len(items) < least or (most and len(items) > most):
            yield f"{path}: {len(items)} blocks, where {least} to {most or 'any number'} are allowed."
        for index, item in enumerate(items):
            yield from _block(given["block"], item, f"{path}[{index}]")
    else:
        yield from _block(given["block"], value, path)


def _attribute(given: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    if not given.get("required") and not given.get("optional"):
        yield f"{path}: read-only, the provider computes it."
    elif value is not None:
        nested = given.get("nested_type")
        yield from _nested_type(nested, value, path) if nested else _value(given["type"], value, path)


def _nested_type(nested: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    mode = nested["nesting_mode"]
    if _is_expression(value):
        return
    if mode == "single":
        yield from _block(nested, value, path)
    elif mode == "map":
        yield from _collection("map", lambda item, at: _block(nested, item, at), value, path)
    else:
        yield from _collection("list", lambda item, at: _block(nested, item, at), value, path)


def _collection(kind: str, check: Any, value: Any, path: str) -> Iterator[str]:
    if kind == "map" and isinstance(value, Mapping):
        for key, item in value.items():
            if not _is_expression(item):
                yield from check(item, f"{path}[{key!r}]")
    elif kind == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            if not _is_expression(item):
                yield from check(item, f"{path}[{index}]")
    else:
        yield f"{path}: is {_words(value)}, not {'an object' if kind == 'map' else 'a list'}."


def _value(kind: Any, value: Any, path: str) -> Iterator[str]:
    if _is_expression(value) or kind == "dynamic":
        return
    if isinstance(kind, list):
        outer, inner = kind
        if outer == "object":
            attributes = {name: {"type": of, "required": True} for name, of in inner.items()}
            yield from _block({"attributes": attributes}, value, path)
        else:
            shape = "map" if outer == "map" else "list"
            yield from _collection(shape, lambda item, at: _value(inner, item, at), value, path)
    elif not _converts(kind, value):
        yield f"{path}: is {_words(value)}, not a {kind}."


def _converts(kind: str, value: Any) -> bool:
    """Whether Terraform would turn the value into the type by itself."""
    if kind == "string":
        return isinstance(value, str | int | float)
    if kind == "bool":
        return isinstance(value, bool) or value in ("true", "false")
    if isinstance(value, str):
        try:
            float(value)
        except ValueError:
            return False
        return True
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_expression(value: Any) -> bool:
    return isinstance(value, str) and "${" in value


def _words(value: Any) -> str:
    """The kind of a value; never the value, which may be secret."""
    words = {str: "a string", bool: "a bool", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return words.get(type(value), "null")
