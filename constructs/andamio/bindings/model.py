"""From a provider's schema to the classes that its bindings consist of, with the names of `cdktf get`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from andamio.bindings.attributes import Attribute, Type
from andamio.bindings.naming import base_name, module_name, pascal_case, python_name

Json = Mapping[str, Any]


@dataclass(frozen=True)
class StructClass:
    """A nested block or object; `collection` is `list`, `set`, `map`, or empty for one object."""

    name: str
    attributes: tuple[Attribute, ...]
    collection: str


@dataclass(frozen=True)
class ResourceClass:
    """A resource, a data source or the provider, and the structs of its module."""

    kind: str
    terraform_type: str
    module: str
    name: str
    attributes: tuple[Attribute, ...]
    structs: tuple[StructClass, ...]


@dataclass(frozen=True)
class Scope:
    """Where a nested object stands: the words of its class's name, and the flags that it hands down."""

    words: str
    nested: bool = False
    required: bool = False
    optional: bool = False
    computed: bool = False


@dataclass
class _Module:
    """Collects the structs of one module, in the order in which `cdktf get` names them."""

    taken: set[str]
    structs: list[StructClass] = field(default_factory=list)

    def unique(self, name: str) -> str:
        """The name, or the name with an `A` where another class of the provider has it."""
        name = f"{name}A" if name in self.taken else name
        self.taken.add(name)
        return name

    def struct(self, words: str, attributes: tuple[Attribute, ...], collection: str) -> str:
        name = pascal_case(words)
        name = self.unique(f"{name}Struct" if name.lower().endswith("list") else name)
        self.structs.append(StructClass(name, attributes, collection))
        return name

    def block(self, words: str, block: Json) -> tuple[Attribute, ...]:
        """The attributes of a block, then its nested blocks."""
        found = []
        for terraform_name, given in block.get("attributes", {}).items():
            scope = Scope(
                f"{words}_{terraform_name}",
                nested="nested_type" in given,
                required=bool(given.get("required")),
                optional=bool(given.get("optional")),
                computed=bool(given.get("computed")),
            )
            found.append(self.attribute(terraform_name, given, scope))
        for terraform_name, given in block.get("block_types", {}).items():
            found.append(self.block_type(f"{words}_{terraform_name}", terraform_name, given))
        return _distinct(found)

    def attribute(self, terraform_name: str, given: Json, scope: Scope) -> Attribute:
        return Attribute(
            name=python_name(terraform_name),
            terraform_name=terraform_name,
            type=self.type(given.get("type") or given["nested_type"], scope, ""),
            required=scope.required,
            optional=scope.optional,
            computed=scope.computed,
        )

    def block_type(self, words: str, terraform_name: str, given: Json) -> Attribute:
        attributes = self.block(words, given["block"])
        mode = given["nesting_mode"]
        single = mode in {"list", "set"} and given.get("max_items") == 1
        struct = Type("struct", struct=self.struct(words, attributes, "" if single else _collection(mode)))
        if mode in {"list", "set"}:
            required = given.get("min_items", 0) > 0
            optional = not required
            kind = Type("single" if single else mode, struct)
        elif mode == "map":
            required, optional, kind = False, False, Type("map", struct)
        else:
            required = all(attribute.required for attribute in attributes)
            optional = not required and any(attribute.is_argument for attribute in attributes)
            kind = struct
        return Attribute(python_name(terraform_name), terraform_name, kind, required, optional, computed=False)

    def type(self, given: object, scope: Scope, around: str) -> Type:
        """The type of a schema's `type` or `nested_type`; `around` names the collections around it."""
        if isinstance(given, str):
            return Type(given)
        if isinstance(given, Mapping):
            mode = str(given["nesting_mode"])
            return _wrap(mode, self.object(given["attributes"], scope, _collection(mode)))
        kind, inner = cast("tuple[str, Any]", given)
        if kind == "object":
            return self.object({name: {"type": of} for name, of in inner.items()}, scope, around)
        if kind not in {"list", "set", "map"} or (around and _holds_object(inner)):
            return Type("dynamic")  # tuples, and collections of collections of objects
        return _wrap(kind, self.type(inner, scope, kind))

    def object(self, attributes: Json, scope: Scope, collection: str) -> Type:
        found = []
        for terraform_name, given in attributes.items():
            own = given if scope.nested else {}
            inner = Scope(
                f"{scope.words}_{terraform_name}",
                nested=scope.nested,
                required=bool(own.get("required")) if scope.nested else scope.required,
                optional=bool(own.get("optional")) if scope.nested else scope.optional,
                computed=scope.computed or bool(own.get("computed")),
            )
            found.append(self.attribute(terraform_name, given, inner))
        return Type("struct", struct=self.struct(scope.words, _distinct(found), collection))


def _collection(nesting_mode: str) -> str:
    return "" if nesting_mode in {"single", "group"} else nesting_mode


def _wrap(kind: str, element: Type) -> Type:
    return element if not _collection(kind) else Type(kind, element)


def _holds_object(given: object) -> bool:
    return isinstance(given, list | tuple) and (given[0] == "object" or _holds_object(given[1]))


def _distinct(attributes: list[Attribute]) -> tuple[Attribute, ...]:
    """Of attributes that get the same Python name, the last one."""
    return tuple({attribute.name: attribute for attribute in attributes}.values())


def classes(provider: str, schema: Json) -> Iterator[ResourceClass]:
    """Every class of a provider's bindings: resources, data sources, then the provider itself.

    Args:
        provider: the local name, as in `ovh`.
        schema: the value of one provider under `provider_schemas`.
    """
    taken: set[str] = set()
    for group, kind, prefix in (
        ("resource_schemas", "resource", ""),
        ("data_source_schemas", "data_source", "data_"),
    ):
        for terraform_type, given in schema.get(group, {}).items():
            base = base_name(f"{prefix}{terraform_type}", provider)
            yield _resource(kind, terraform_type, base, given["block"], taken)
    block = dict(schema["provider"]["block"])
    block["attributes"] = {**block.get("attributes", {}), "alias": {"type": "string", "optional": True}}
    yield _resource("provider", provider, f"{provider}_provider", block, taken)


def _resource(kind: str, terraform_type: str, base: str, block: Json, taken: set[str]) -> ResourceClass:
    module = _Module(taken)
    name = module.unique(pascal_case(base))
    module.unique(f"{name}Config")
    attributes = module.block(base, block)
    path = "provider" if kind == "provider" else module_name(base)
    return ResourceClass(kind, terraform_type, path, name, attributes, tuple(module.structs))
