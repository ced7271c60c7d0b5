"""The base classes of generated bindings.

A generated class holds a table of its attributes and static types; everything that happens at run time is
here: checking arguments, synthesizing them, and reading attributes as tokens. It sits on cdktf's own classes,
so a generated resource behaves like any other: references across stacks, `add_override`, aspects.

jsii looks at every name of these classes whenever an object is made, so they hold few: helpers are functions,
and attributes are found by `__getattr__` unless cdktf's class has a member of the same name.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import jsii

from andamio.bindings.arguments import (
    ArgumentError,
    Struct,
    Table,
    is_jsii_object,
    settable,
    suggestion,
    terraform_arguments,
)
from andamio.bindings.tokens import sibling, table_of, token
from andamio.cdktf import (
    ComplexList,
    ComplexMap,
    ComplexObject,
    TerraformDataSource,
    TerraformProvider,
    TerraformResource,
    TerraformResourceConfig,
    TerraformResourceLifecycle,
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


class _Property:
    """An attribute whose name hides a member of cdktf's class, as it does in the output of `cdktf get`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else instance.__getattr__(self.name)

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__setattr__(self.name, value)


class _Attributes:
    """Attributes of the generated table, read as tokens."""

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        source = vars(cls).get("_struct", cls)
        for name in vars(source).get("_attributes", ()):
            if hasattr(cls, name):
                setattr(cls, name, _Property(name))

    if not TYPE_CHECKING:  # the generated annotations say which attributes there are

        def __getattr__(self, name: str) -> Any:
            source: Any = getattr(type(self), "_struct", type(self))
            if name not in source._attributes:
                raise AttributeError(f"{type(self).__name__} has no attribute {name}.{_near(name, source)}")
            tokens = self.__dict__.setdefault("_tokens", {})
            if name not in tokens:
                tokens[name] = token(self, table_of(source)[name])
            return tokens[name]


def _near(name: str, source: type) -> str:
    return "" if name.startswith("_") else suggestion(name, table_of(source))


class _Configured(_Attributes):
    """Arguments that are checked at construction and synthesized later."""

    _provider: ClassVar[tuple[str, str]]
    _type: ClassVar[str]
    _attributes: ClassVar[dict[str, str]] = {}

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            if name in type(self)._attributes:
                _set(self, name, value)
            else:
                super().__setattr__(name, value)

    @jsii.member(jsii_name="synthesizeAttributes")
    def _synthesize_attributes(self) -> Mapping[str, Any]:
        values: Mapping[str, Any] = self.__dict__["_values"]
        return values


def _lookup(instance: object) -> Callable[[str], Table]:
    return lambda struct: table_of(sibling(type(instance), struct))


def _accept(instance: Any, identifier: str, arguments: dict[str, Any], meta: tuple[str, ...]) -> None:
    """Check the arguments and keep them; near misses of meta-arguments are named as such."""
    where = f'{instance._type} "{identifier}"'
    table = table_of(type(instance))
    for name in arguments.keys() - table.keys():
        hint = suggestion(name, [*settable(table), *meta])
        if any(f'"{one}"' in hint for one in meta):
            raise ArgumentError(f"{where}: {name} is not an argument.{hint}")
    values = terraform_arguments(table, arguments, _lookup(instance), where)
    instance.__dict__.update(_values=values, _where=where)


def _set(instance: Any, name: str, value: Any) -> None:
    """Set one argument after construction; `None` removes an optional one."""
    attribute = table_of(type(instance))[name]
    given = terraform_arguments({name: attribute}, {name: value}, _lookup(instance), instance._where)
    instance._values.pop(attribute.terraform_name, None)
    instance._values.update(given)


def _positional(cls: type, given: tuple[Any, ...], arguments: dict[str, Any]) -> tuple[Any, str]:
    """Scope and id; by keyword they get an underscore where the resource has an argument of that name."""
    table = table_of(cls)
    values = list(given)
    for name in ("scope", "id")[len(given) :]:
        keyword = f"{name}_" if name in table and table[name].is_argument else name
        if keyword not in arguments:
            raise TypeError(f"{cls.__name__}() misses the positional argument {keyword}")
        values.append(arguments.pop(keyword))
    if len(values) > 2:
        raise TypeError(f"{cls.__name__}() takes a scope and an id; name all other arguments")
    return values[0], values[1]


def _metadata(provider: tuple[str, str]) -> dict[str, str]:
    source, version = provider
    return {"providerName": source.rpartition("/")[2], "providerVersion": version}


def _create(base: type, instance: Any, given: tuple[Any, ...], arguments: dict[str, Any]) -> None:
    scope, identifier = _positional(type(instance), given, arguments)
    meta = {name: value for name in _META if (value := arguments.pop(name, None)) is not None}
    _accept(instance, identifier, arguments, _META)
    if isinstance(meta.get("lifecycle"), Mapping):
        meta["lifecycle"] = TerraformResourceLifecycle(**meta["lifecycle"])
    jsii.create(base, instance, [scope, identifier, _config(instance, meta)])


def _config(instance: Any, meta: dict[str, Any]) -> Any:
    """Cdktf's configuration of an element.

    A plain dict with JavaScript's names saves cdktf's own checks of types, a third of the time of a
    construction; it serves for what is checked here. The rest goes through cdktf's class.
    """
    if meta.keys() <= {"depends_on", "lifecycle", "provider"}:
        provider = [meta["provider"]] if "provider" in meta else []
        if not all(is_jsii_object(value) for value in [*meta.get("depends_on", ()), *provider]):
            raise ArgumentError(f"{instance._where}: depends_on and provider take constructs. Pass the objects.")
        config = {
            "terraformResourceType": instance._type,
            "terraformGeneratorMetadata": _metadata(instance._provider),
        }
        if "depends_on" in meta:
            config["dependsOn"] = list(meta.pop("depends_on"))
        return config | meta
    metadata = _metadata(instance._provider)
    return TerraformResourceConfig(
        terraform_resource_type=instance._type,
        terraform_generator_metadata={
            "provider_name": metadata["providerName"],
            "provider_version": metadata["providerVersion"],
        },
        **meta,
    )


class Resource(_Configured, TerraformResource):
    """Base of every generated resource; the subclasses list their arguments.

    Raises:
        ArgumentError: for unknown, missing and read-only arguments and for values of another type.
    """

    def __init__(self, *given: Any, **arguments: Any) -> None:
        _create(TerraformResource, self, given, arguments)


class DataSource(_Configured, TerraformDataSource):
    """Base of every generated data source; the subclasses list their arguments.

    Raises:
        ArgumentError: for unknown, missing and read-only arguments and for values of another type.
    """

    def __init__(self, *given: Any, **arguments: Any) -> None:
        _create(TerraformDataSource, self, given, arguments)


class Provider(_Configured, TerraformProvider):
    """Base of every generated provider; the subclasses list their arguments, which can be read back.

    Raises:
        ArgumentError: for unknown and missing arguments and for values of another type.
    """

    def __init__(self, *given: Any, **arguments: Any) -> None:
        scope, identifier = _positional(type(self), given, arguments)
        _accept(self, identifier, arguments, ())
        config = {
            "terraformResourceType": self._type,
            "terraformGeneratorMetadata": _metadata(self._provider),
            "terraformProviderSource": self._provider[0],
        }
        jsii.create(TerraformProvider, self, [scope, identifier, config])

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name not in self._attributes:
                raise AttributeError(f"{type(self).__name__} has no attribute {name}.{_near(name, type(self))}")
            return self.__dict__["_values"].get(table_of(type(self))[name].terraform_name)


class OutputReference(_Attributes, ComplexObject):
    """The attributes of a nested block or object, as tokens."""

    _struct: ClassVar[type[Struct]]

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            if name in self._struct._attributes:
                raise AttributeError(f"{type(self).__name__}.{name} is read; set it on the resource's argument")
            super().__setattr__(name, value)

    def __init__(self, parent: Any, attribute: str, index: Any = None, is_set: bool = False) -> None:
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
