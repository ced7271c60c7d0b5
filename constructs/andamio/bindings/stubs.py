"""Writes the stubs (`.pyi`) of generated modules: what type checkers and editors know about them."""

import re
from collections.abc import Iterable, Iterator, Mapping

from andamio.bindings.attributes import Attribute, Type
from andamio.bindings.model import ResourceClass, StructClass

_BASES = {"resource": "Resource", "data_source": "DataSource", "provider": "Provider"}
_META = {
    "connection": "Any",
    "count": "float | TerraformCount",
    "depends_on": "Sequence[ITerraformDependable]",
    "for_each": "ITerraformIterator",
    "lifecycle": "TerraformResourceLifecycle | dict[str, Any]",
    "provider": "TerraformProvider",
    "provisioners": "Sequence[Any]",
}
_BUILTINS = {"str", "float", "bool", "list", "dict", "int"}
_IMPORTS = {
    "collections.abc": ("Mapping", "Sequence"),
    "typing": ("Any",),
    "andamio.bindings.runtime": (
        *("DataSource", "OutputList", "OutputMap", "OutputReference", "Provider", "Resource", "Struct"),
    ),
    "andamio.cdktf": (
        *("AnyMap", "BooleanList", "BooleanMap", "Construct", "IResolvable", "ITerraformDependable"),
        *("ITerraformIterator", "NumberMap", "StringMap", "TerraformCount", "TerraformProvider"),
        "TerraformResourceLifecycle",
    ),
}


def emit_stub(resource: ResourceClass) -> str:
    """The stub of one module.

    Raises:
        NotImplementedError: when an attribute is called like a type of Python that its class's types need.
    """
    blocks = [_resource(resource)]
    for struct in resource.structs:
        blocks.append(f"class {struct.name}(Struct):\n{_init([], struct.attributes, {})}")
        if resource.kind != "provider":
            blocks += _outputs_of(struct)
    body = "\n".join(blocks)
    words = set(re.findall(r"\w+", body))
    imports = ""
    for module, names in _IMPORTS.items():
        used = [name for name in names if name in words]
        imports += f"from {module} import {', '.join(used)}\n" if used else ""
    return f"{imports}\n{body}"


def _resource(resource: ResourceClass) -> str:
    arguments = {attribute.name for attribute in resource.attributes if attribute.is_argument}
    scope, identifier = (f"{name}_" if name in arguments else name for name in ("scope", "id"))
    meta = {} if resource.kind == "provider" else _META
    head = f"class {resource.name}({_BASES[resource.kind]}):\n"
    init = _init([f"{scope}: Construct", f"{identifier}: str"], resource.attributes, meta)
    if resource.kind == "provider":  # it has no attributes in the state: reading gives what was set
        kinds = {one.name: f"{_input(one.type)} | None" for one in resource.attributes if one.name != "alias"}
    else:
        kinds = {one.name: _output(one) for one in resource.attributes}
    return f"{head}{init}{''.join(_annotations(kinds))}"


def _outputs_of(struct: StructClass) -> Iterator[str]:
    reference = f"{struct.name}OutputReference"
    annotations = "".join(_annotations({one.name: _output(one) for one in struct.attributes}))
    yield f"class {reference}(OutputReference):\n{annotations or '    ...'}\n".replace("\n\n", "\n")
    if struct.collection == "map":
        yield f"class {struct.name}Map(OutputMap):\n    def get(self, key: str) -> {reference}: ...\n"
    elif struct.collection:
        yield f"class {struct.name}List(OutputList):\n    def get(self, index: int) -> {reference}: ...\n"


def _annotations(kinds: Mapping[str, str]) -> Iterator[str]:
    _refuse_hidden_types(kinds, " ".join(kinds.values()))
    for name, kind in kinds.items():
        yield f"    {name}: {kind}\n"


def _init(positional: list[str], attributes: Iterable[Attribute], meta: Mapping[str, str]) -> str:
    arguments = [attribute for attribute in attributes if attribute.is_argument]
    lines = [f"        {given},\n" for given in ["self", *positional]]
    if arguments or meta:
        lines.append("        *,\n")
    for attribute in sorted(arguments, key=lambda attribute: not attribute.required):
        default = "" if attribute.required else " | None = None"
        lines.append(f"        {attribute.name}: {_input(attribute.type)}{default},\n")
    lines += [f"        {name}: {kind} | None = None,\n" for name, kind in meta.items()]
    return f"    def __init__(\n{''.join(lines)}    ) -> None: ...\n"


def _refuse_hidden_types(names: Iterable[str], annotations: str) -> None:
    """In a class body, an attribute that is called `list` would hide the type of that name."""
    hidden = _BUILTINS & set(names) & set(re.findall(r"\w+", annotations))
    if hidden:
        raise NotImplementedError(f"attributes that hide types are not generated yet: {', '.join(sorted(hidden))}")


def _input(given: Type) -> str:
    if given.kind in {"string", "number", "dynamic"}:
        return {"string": "str", "number": "float", "dynamic": "Any"}[given.kind]
    if given.kind == "bool":
        return "bool | IResolvable"
    if given.kind == "struct":
        return f"{given.struct} | dict[str, Any]"
    element = _input(given.element or Type("dynamic"))
    if given.kind == "single":
        return element
    collection = f"Mapping[str, {element}]" if given.kind == "map" else f"Sequence[{element}]"
    plain = given.element and given.element.kind in {"string", "number"}
    return collection if plain else f"{collection} | IResolvable"


def _output(attribute: Attribute) -> str:
    given = attribute.type
    read_only = not attribute.is_argument
    if given.innermost_struct:
        suffix = {"list": "List", "set": "List", "map": "Map"}.get(given.kind, "OutputReference")
        return f"{given.innermost_struct}{suffix}"
    if given.kind in {"string", "number", "bool"}:
        return {"string": "str", "number": "float", "bool": "IResolvable"}[given.kind]
    element = "dynamic" if given.element is None else given.element.kind
    python = {"string": "str", "number": "float", "bool": "bool", "dynamic": "Any"}.get(element)
    if given.kind in {"list", "set"}:
        if element in {"string", "number"}:
            return f"list[{python}]"
        return "BooleanList" if read_only and element == "bool" else "IResolvable"
    if python is None:
        return "IResolvable"
    if read_only:
        return {"string": "StringMap", "number": "NumberMap", "bool": "BooleanMap", "dynamic": "AnyMap"}[element]
    return f"dict[str, {python}]"
