"""Checks what is given to a generated class and turns it into what Terraform's JSON holds."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from andamio.bindings.attributes import Attribute, Type

Table = Mapping[str, Attribute]
Lookup = Callable[[str], Table]
"""Finds the table of a struct class of the same module by its name."""


class ArgumentError(ValueError):
    """A resource, data source or provider was given arguments that its schema does not allow.

    The message names the type, the construct's id, the argument and the fix; several mistakes of one construct
    are reported together.
    """


class Struct:
    """A nested block or object; the generated classes list its arguments. Checked by what it is given to."""

    _attributes: ClassVar[dict[str, str]] = {}

    def __init__(self, **arguments: Any) -> None:
        self._values = {name: value for name, value in arguments.items() if value is not None}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._values == self._values

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(sorted(self._values))})"  # values may be secret


def terraform_arguments(table: Table, given: Mapping[str, Any], lookup: Lookup, where: str) -> dict[str, Any]:
    """The arguments with Terraform's names, those that are `None` left out.

    Args:
        table: the attributes of the resource by Python name.
        given: what the constructor was called with.
        lookup: finds the tables of nested structs.
        where: how messages name the construct, as in `ovh_cloud_project_kube "kube"`.

    Raises:
        ArgumentError: for unknown, missing and read-only arguments and for values of another type.
    """
    found: list[str] = []
    result = _block(table, given, lookup, "", found)
    if found:
        raise ArgumentError("\n".join(f"{where}: {message}" for message in found))
    return result


def _block(table: Table, given: Mapping[str, Any], lookup: Lookup, path: str, found: list[str]) -> dict[str, Any]:
    result = {}
    for name, value in given.items():
        attribute = table.get(name)
        if attribute is None:
            found.append(f"{path}{name} is not an argument.{suggestion(name, settable(table))}")
        elif not attribute.is_argument:
            found.append(f"{path}{name} is read-only: the provider computes it. Remove it.")
        elif value is not None:
            result[attribute.terraform_name] = _value(attribute.type, value, lookup, f"{path}{name}", found)
    for name, attribute in table.items():
        if attribute.required and given.get(name) is None:
            found.append(f"{path}{name} is required and missing. Set it to {_wanted(attribute.type)}.")
    return result


def settable(table: Table) -> list[str]:
    """The names that a person may set."""
    return [name for name, attribute in table.items() if attribute.is_argument]


def suggestion(name: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest of the known names, or all of them when none is near."""
    known = sorted(known)
    near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.6)
    if near:
        return f' Did you mean "{near[0]}"?'
    return f" Known are: {', '.join(known)}." if known else " There are none."


def is_jsii_object(value: object) -> bool:
    """Whether the value is an object of a jsii library, such as a construct or a token."""
    return hasattr(value, "__jsii_ref__")


def _value(kind: Type, value: Any, lookup: Lookup, path: str, found: list[str]) -> Any:
    """The value for Terraform; whatever resolves to something later fits any type."""
    if is_jsii_object(value) and hasattr(value, "resolve"):
        return value
    return _plain(kind, value, lookup, path, found)


def _plain(kind: Type, value: Any, lookup: Lookup, path: str, found: list[str]) -> Any:
    if kind.kind == "dynamic":
        return value
    if kind.kind in _SCALARS:
        if isinstance(value, _SCALARS[kind.kind]) and (kind.kind == "bool" or not isinstance(value, bool)):
            return value
    elif kind.kind in {"struct", "single"}:
        inner = value._values if isinstance(value, Struct) else value
        expected = kind.innermost_struct
        if isinstance(inner, Mapping) and (isinstance(value, Mapping) or type(value).__name__ == expected):
            return _block(lookup(expected), inner, lookup, f"{path}.", found)
    elif kind.element is None:
        return value
    elif kind.kind == "map":
        if isinstance(value, Mapping):
            return {key: _value(kind.element, item, lookup, f"{path}[{key!r}]", found) for key, item in value.items()}
    elif isinstance(value, list | tuple):
        return [_value(kind.element, item, lookup, f"{path}[{index}]", found) for index, item in enumerate(value)]
    hint = " Give one of its attributes, such as its id." if is_jsii_object(value) else ""
    found.append(f"{path} is {_given(value)}. Set it to {_wanted(kind)}.{hint}")
    return None


_SCALARS: Mapping[str, tuple[type, ...]] = {"string": (str,), "number": (int, float), "bool": (bool,)}


def _given(value: object) -> str:
    """What was given, in words and without the value, which may be secret."""
    words = {str: "a string", bool: "a bool", int: "a number", float: "a number", dict: "a mapping"}
    return words.get(type(value), f"of type {type(value).__name__}")


def _wanted(kind: Type) -> str:
    if kind.kind in {"struct", "single"}:
        return f"one {kind.innermost_struct} (or a dict of its arguments)"
    if kind.element is not None:
        inner = kind.element.struct or kind.element
        return f"a {'dict' if kind.kind == 'map' else 'list'} of {inner}"
    return {"string": "a string", "number": "a number", "bool": "True or False"}.get(kind.kind, "a value")
