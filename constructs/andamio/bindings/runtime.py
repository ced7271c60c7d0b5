"""The base classes of generated bindings.

A generated class holds a table of its attributes and static types; everything that happens at run time is
here: checking arguments, synthesizing them, and reading attributes as tokens. It sits on cdktf's own
classes, so a generated resource behaves like any other: references across stacks, `add_override`, aspects.
"""

import sys
from collections.abc import Mapping
from typing import Any, ClassVar

import jsii

from andamio.bindings.arguments import ArgumentError, Struct, Table, is_resolvable, suggestion, terraform_arguments
from andamio.bindings.attributes import Attribute, parse
from andamio.cdktf import (
    AnyMap,
    BooleanList,
    BooleanMap,
    ComplexList,
    ComplexMap,
    ComplexObject,
    Fn,
    NumberMap,
    StringMap,
    TerraformDataSource,
    TerraformProvider,
    TerraformResource,
    TerraformResourceConfig,
    TerraformResourceLifecycle,
    Token,
)

__all__ = [
    "ArgumentError",
    "DataSource",
    "OutputList",
    "OutputMap",
    "OutputReference",
    "Provider",
    "Resource",
    "Struct",
]

_META = ("connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioners")
_MAPS = {"string": StringMap, "number": NumberMap, "bool": BooleanMap, "dynamic": AnyMap}
_TABLES: dict[type, Table] = {}


def _table(cls: type) -> Table:
    """The parsed table of a generated class; made once, at the first use."""
    table = _TABLES.get(cls)
    if table is None:
        lines: Mapping[str, str] = cls._attributes  # type: ignore[attr-defined]
        table = _TABLES[cls] = {name: parse(name, line) for name, line in lines.items()}
    return table


def _sibling(cls: type, name: str) -> Any:
    """A class of the module in which the generated class (not a subclass of a user's) stands."""
    home = next(base for base in cls.__mro__ if "_attributes" in vars(base) or "_struct" in vars(base))
    return getattr(sys.modules[home.__module__], name)


class _Property:
    """Reads an attribute as a token, and sets an argument after construction."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else instance._read(self.name)

    def __set__(self, instance: Any, value: Any) -> None:
        instance._write(self.name, value)


class _Readable:
    """Attributes as tokens; for everything that cdktf can interpolate."""

    def _read(self, name: str) -> Any:
        tokens = self.__dict__.setdefault("_tokens", {})
        if name not in tokens:
            source = getattr(type(self), "_struct", type(self))
            tokens[name] = self._token(_table(source)[name])
        return tokens[name]

    def _write(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be set: give it to the constructor")

    def _token(self: Any, attribute: Attribute) -> Any:
        """The token, list or object by which `cdktf get` would give the attribute."""
        name, kind, struct = attribute.terraform_name, attribute.type.kind, attribute.type.innermost_struct
        if struct:
            if kind in {"list", "set"}:
                return _sibling(type(self), f"{struct}List")(self, name, kind == "set")
            if kind == "map":
                return _sibling(type(self), f"{struct}Map")(self, name)
            reference = _sibling(type(self), f"{struct}OutputReference")
            return reference(self, name, *([0, False] if kind == "single" else []))
        if kind in {"string", "number", "bool"}:
            read = {"string": self.get_string_attribute, "number": self.get_number_attribute}
            return read.get(kind, self.get_boolean_attribute)(name)
        element = "dynamic" if attribute.type.element is None else attribute.type.element.kind
        if kind in {"list", "set"}:
            return self._collection_token(attribute, kind, element)
        if element not in _MAPS:
            return self.interpolation_for_attribute(name)
        if not attribute.is_argument:
            return _MAPS[element](self, name)
        return {
            "string": self.get_string_map_attribute,
            "number": self.get_number_map_attribute,
            "bool": self.get_boolean_map_attribute,
            "dynamic": self.get_any_map_attribute,
        }[element](name)

    def _collection_token(self: Any, attribute: Attribute, kind: str, element: str) -> Any:
        name, is_set = attribute.terraform_name, kind == "set"
        if element == "string":
            strings = self.get_list_attribute(name)
            return Fn.tolist(strings) if is_set else strings
        if element == "number":
            numbers = self.get_number_list_attribute(name)
            return Token.as_number_list(Fn.tolist(numbers)) if is_set else numbers
        if element == "bool" and not attribute.is_argument:
            return BooleanList(self, name, is_set)
        given = self.interpolation_for_attribute(name)
        return Token.as_any(Fn.tolist(given)) if is_set else given


class _Configured:
    """Arguments that are checked at construction and synthesized later."""

    _provider: ClassVar[tuple[str, str]]
    _type: ClassVar[str]
    _attributes: ClassVar[dict[str, str]] = {}
    _values: dict[str, Any]

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        for name in vars(cls).get("_attributes", ()):
            setattr(cls, name, _Property(name))

    def _positional(self, given: tuple[Any, ...], arguments: dict[str, Any]) -> tuple[Any, str]:
        """Scope and id, which get an underscore where the resource has arguments of these names."""
        table = _table(type(self))
        values = list(given)
        for name in ("scope", "id")[len(given) :]:
            taken = name in table and table[name].is_argument
            keyword = f"{name}_" if taken else name
            if keyword not in arguments:
                raise TypeError(f"{type(self).__name__}() misses the positional argument {keyword}")
            values.append(arguments.pop(keyword))
        if len(values) > 2:
            raise TypeError(f"{type(self).__name__}() takes a scope and an id; name all other arguments")
        return values[0], values[1]

    def _accept(self, identifier: str, arguments: dict[str, Any]) -> None:
        self._where = f'{self._type} "{identifier}"'
        self._values = terraform_arguments(_table(type(self)), arguments, self._lookup, self._where)

    def _lookup(self, struct: str) -> Table:
        return _table(_sibling(type(self), struct))

    def _write(self, name: str, value: Any) -> None:
        """Set one argument after construction; `None` removes an optional one."""
        attribute = _table(type(self))[name]
        only = {name: attribute._replace(required=False)}
        self._values.pop(attribute.terraform_name, None)
        self._values.update(terraform_arguments(only, {name: value}, self._lookup, self._where))

    @jsii.member(jsii_name="synthesizeAttributes")
    def _synthesize_attributes(self) -> Mapping[str, Any]:
        return self._values

    def _metadata(self) -> dict[str, str]:
        source, version = self._provider
        return {"providerName": source.rpartition("/")[2], "providerVersion": version}


class _Element(_Configured, _Readable):
    """What a resource and a data source have in common."""

    def _create(self, base: type, given: tuple[Any, ...], arguments: dict[str, Any]) -> None:
        scope, identifier = self._positional(given, arguments)
        meta = {
            name: value for name in _META if (value := arguments.pop(name, None)) is not None
        }
        unknown = [name for name in arguments if name not in _table(type(self))]
        for name in unknown:
            if suggestion(name, _META).startswith(" Did"):
                raise ArgumentError(f'{self._type} "{identifier}": {name} is not an argument.{suggestion(name, _META)}')
        self._accept(identifier, arguments)
        if isinstance(meta.get("lifecycle"), Mapping):
            meta["lifecycle"] = TerraformResourceLifecycle(**meta["lifecycle"])
        jsii.create(base, self, [scope, identifier, self._config(meta)])

    def _config(self, meta: dict[str, Any]) -> Any:
        """cdktf's configuration of an element.

        A plain dict with JavaScript's names saves cdktf's own checks of types, a third of the time of a
        resource; it serves for what was checked here. The rest goes through cdktf's class.
        """
        if meta.keys() <= {"depends_on", "lifecycle", "provider"}:
            for value in [*meta.get("depends_on", ()), *([meta["provider"]] if "provider" in meta else [])]:
                if not is_resolvable(value):
                    raise ArgumentError(f"{self._where}: depends_on and provider take constructs. Pass the object.")
            config = {"terraformResourceType": self._type, "terraformGeneratorMetadata": self._metadata()}
            names = {"depends_on": "dependsOn"}
            return config | {names.get(name, name): value for name, value in meta.items()}
        source, version = self._provider
        metadata = {"provider_name": source.rpartition("/")[2], "provider_version": version}
        return TerraformResourceConfig(
            terraform_resource_type=self._type, terraform_generator_metadata=metadata, **meta
        )


class Resource(_Element, TerraformResource):
    """Base of every generated resource; the subclasses list their arguments.

    Raises:
        ArgumentError: for unknown, missing and read-only arguments and for values of another type.
    """

    def __init__(self, *given: Any, **arguments: Any) -> None:
        self._create(TerraformResource, given, arguments)


class DataSource(_Element, TerraformDataSource):
    """Base of every generated data source; the subclasses list their arguments.

    Raises:
        ArgumentError: for unknown, missing and read-only arguments and for values of another type.
    """

    def __init__(self, *given: Any, **arguments: Any) -> None:
        self._create(TerraformDataSource, given, arguments)


class Provider(_Configured, TerraformProvider):
    """Base of every generated provider; the subclasses list their arguments.

    Raises:
        ArgumentError: for unknown and missing arguments and for values of another type.
    """

    def __init__(self, *given: Any, **arguments: Any) -> None:
        scope, identifier = self._positional(given, arguments)
        self._accept(identifier, arguments)
        self._given = arguments
        config = {
            "terraformResourceType": self._type,
            "terraformGeneratorMetadata": self._metadata(),
            "terraformProviderSource": self._provider[0],
        }
        jsii.create(TerraformProvider, self, [scope, identifier, config])

    def _read(self, name: str) -> Any:
        return self._given.get(name)

    def _write(self, name: str, value: Any) -> None:
        super()._write(name, value)
        self._given[name] = value


class OutputReference(_Readable, ComplexObject):
    """The attributes of a nested block or object, as tokens."""

    _struct: ClassVar[type[Struct]]

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        for name in vars(cls)["_struct"]._attributes if "_struct" in vars(cls) else ():
            setattr(cls, name, _Property(name))

    def __init__(self, parent: Any, attribute: str, index: float | str | None = None, is_set: bool = False) -> None:
        self._parent = parent
        jsii.create(ComplexObject, self, [parent, attribute, is_set, *([] if index is None else [index])])


class OutputList(ComplexList):
    """The items of a computed list or set of objects; `get(0)` is the first."""

    _item: ClassVar[type[OutputReference]]

    def __init__(self, parent: Any, attribute: str, is_set: bool) -> None:
        self._origin = (parent, attribute, is_set)
        jsii.create(ComplexList, self, [parent, attribute, is_set])

    def get(self, index: int) -> Any:
        """The item at an index that counts from zero."""
        parent, attribute, is_set = self._origin
        return self._item(parent, attribute, index, is_set)


class OutputMap(ComplexMap):
    """The items of a computed map of objects."""

    _item: ClassVar[type[OutputReference]]

    def __init__(self, parent: Any, attribute: str) -> None:
        self._origin = (parent, attribute)
        jsii.create(ComplexMap, self, [parent, attribute])

    def get(self, key: str) -> Any:
        """The item of a key."""
        return self._item(*self._origin, key)
