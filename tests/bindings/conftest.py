"""Sample arguments for any generated class, made from its schema."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from andamio.bindings.attributes import Attribute, Type
from andamio.bindings.model import ResourceClass, classes
from andamio.bindings.schema import committed_schema
from andamio.bindings.selection import SELECTIONS


def every_class() -> Iterator[tuple[str, ResourceClass]]:
    for name, selection in SELECTIONS.items():
        for one in classes(name, committed_schema(name).body):
            yield f"{selection.package}.{one.module}", one


def arguments(attributes: tuple[Attribute, ...], structs: Mapping[str, Any], *, full: bool) -> dict[str, Any]:
    def value(kind: Type) -> Any:
        if kind.kind == "single":
            return value(kind.element)
        if kind.kind == "struct":
            return arguments(structs[kind.struct].attributes, structs, full=full)
        if kind.kind == "map":
            return {"key": value(kind.element)}
        if kind.element:
            return [value(kind.element)]
        return {"string": "text", "number": 3, "bool": False, "dynamic": {"any": 1}}[kind.kind]

    return {
        attribute.name: value(attribute.type)
        for attribute in attributes
        if attribute.required or (full and attribute.optional)
    }


@pytest.fixture(params=[False, True], ids=["required arguments only", "all arguments"])
def sample(request: pytest.FixtureRequest) -> Callable[[ResourceClass], dict[str, Any]]:
    def make(one: ResourceClass) -> dict[str, Any]:
        structs = {struct.name: struct for struct in one.structs}
        return arguments(one.attributes, structs, full=request.param)

    return make


@pytest.fixture
def constructs() -> Path:
    return Path(__file__).parents[2] / "constructs"
