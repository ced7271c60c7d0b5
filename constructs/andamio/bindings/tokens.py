"""Attributes of generated classes as tokens, in the very form in which `cdktf get` gives them."""

import sys
from collections.abc import Mapping
from typing import Any

from andamio.bindings.arguments import Table
from andamio.bindings.attributes import Attribute, parse
from andamio.cdktf import AnyMap, BooleanList, BooleanMap, Fn, NumberMap, StringMap, Token

_MAPS = {"string": StringMap, "number": NumberMap, "bool": BooleanMap, "dynamic": AnyMap}
_TABLES: dict[type, Table] = {}


def table_of(cls: type) -> Table:
    """The parsed table of a generated class; made once, at the first use."""
    table = _TABLES.get(cls)
    if table is None:
        lines: Mapping[str, str] = cls._attributes  # type: ignore[attr-defined]
        table = _TABLES[cls] = {name: parse(name, line) for name, line in lines.items()}
    return table


def sibling(cls: type, name: str) -> Any:
    """A class of the module in which the generated class (not a user's subclass of it) stands."""
    home = next(base for base in cls.__mro__ if "_attributes" in vars(base) or "_struct" in vars(base))
    return getattr(sys.modules[home.__module__], name)


def token(owner: Any, attribute: Attribute) -> Any:
    """The token, list or object that stands for an attribute of a resource or of a nested object."""
    name, kind, struct = attribute.terraform_name, attribute.type.kind, attribute.type.innermost_struct
    if struct:
        return _nested(owner, name, kind, struct)
    if kind == "string":
        return owner.get_string_attribute(name)
    if kind == "number":
        return owner.get_number_attribute(name)
    if kind == "bool":
        return owner.get_boolean_attribute(name)
    element = "dynamic" if attribute.type.element is None else attribute.type.element.kind
    if kind in {"list", "set"}:
        return _sequence(owner, attribute, element)
    return _mapping(owner, attribute, element)


def _nested(owner: Any, name: str, kind: str, struct: str) -> Any:
    if kind in {"list", "set"}:
        return sibling(type(owner), f"{struct}List")(owner, name, kind == "set")
    if kind == "map":
        return sibling(type(owner), f"{struct}Map")(owner, name)
    reference = sibling(type(owner), f"{struct}OutputReference")
    return reference(owner, name, 0) if kind == "single" else reference(owner, name)


def _sequence(owner: Any, attribute: Attribute, element: str) -> Any:
    """Terraform cannot index a set, so sets are read as lists."""
    name, is_set = attribute.terraform_name, attribute.type.kind == "set"
    if element == "string":
        strings = owner.get_list_attribute(name)
        return Fn.tolist(strings) if is_set else strings
    if element == "number":
        numbers = owner.get_number_list_attribute(name)
        return Token.as_number_list(Fn.tolist(numbers)) if is_set else numbers
    if element == "bool" and not attribute.is_argument:
        return BooleanList(owner, name, is_set)
    given = owner.interpolation_for_attribute(name)
    return Token.as_any(Fn.tolist(given)) if is_set else given


def _mapping(owner: Any, attribute: Attribute, element: str) -> Any:
    name = attribute.terraform_name
    if element not in _MAPS:
        return owner.interpolation_for_attribute(name)
    if not attribute.is_argument:
        return _MAPS[element](owner, name)
    readers = {
        "string": owner.get_string_map_attribute,
        "number": owner.get_number_map_attribute,
        "bool": owner.get_boolean_map_attribute,
        "dynamic": owner.get_any_map_attribute,
    }
    return readers[element](name)
