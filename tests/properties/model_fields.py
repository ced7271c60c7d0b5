"""Every field of the model, found in the classes themselves."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from andamio.contract.outputs import CloudOutputs, SharedOutputs
from andamio.model import Environment, Release, Service, Shared, Tombstone
from tests.properties.declarations import Declarations

__all__ = ["ROOTS", "Field", "Place", "every_field", "options", "places"]

ROOTS: tuple[type[BaseModel], ...] = (Shared, Environment, Service, Tombstone, Release, CloudOutputs, SharedOutputs)
"""What a catalog declares; every other model lies in one of them."""

_Step = str | int


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the model, reached from a root class."""

    root: str
    path: tuple[str, ...]
    """Names of fields from the root; items of tuples and mappings are not told apart."""

    owner: type[BaseModel]
    annotation: Any

    def __str__(self) -> str:
        return ".".join((self.root, *self.path))

    @property
    def short(self) -> str:
        """The class that declares it, and its name: `Http.port`."""
        return f"{self.owner.__name__}.{self.path[-1]}"

    @property
    def whole(self) -> bool:
        """Whether it always holds one model, so that its changes are those of the model's own fields."""
        found = options(self.annotation)
        return len(found) == 1 and _is_model(found[0])


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a field stands in declarations."""

    name: str
    """Name of the declared object."""

    path: tuple[_Step, ...]
    value: Any
    given: bool
    """Whether the declaration gives it; else it has its default."""


def every_field() -> list[Field]:
    """Every field that a catalog can set."""
    return [field for root in ROOTS for field in _fields(root, root.__name__, ())]


def options(annotation: Any) -> list[Any]:
    """The types that `annotation` allows, None left out."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return options(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [found for one in get_args(annotation) for found in options(one) if found is not type(None)]
    return [annotation]


def places(declarations: Declarations, field: Field) -> Iterator[Place]:
    """Everywhere that `field` stands in `declarations`, defaults included."""
    for name, model in declarations.objects(field.root):
        yield from _places(name, model, field.path, ())


def _places(name: str, model: BaseModel, path: tuple[str, ...], done: tuple[_Step, ...]) -> Iterator[Place]:
    head, *rest = path
    value = getattr(model, head)
    if not rest:
        yield Place(name=name, path=(*done, head), value=value, given=head in model.model_fields_set)
        return
    items: list[tuple[tuple[_Step, ...], Any]] = [((), value)]
    if isinstance(value, tuple):
        items = [((index,), item) for index, item in enumerate(value)]
    elif isinstance(value, Mapping):
        items = [((key,), item) for key, item in value.items()]
    for step, item in items:
        if isinstance(item, BaseModel):
            yield from _places(name, item, tuple(rest), (*done, head, *step))


def _fields(owner: type[BaseModel], root: str, path: tuple[str, ...]) -> Iterator[Field]:
    for name, info in owner.model_fields.items():
        here = (*path, name)
        yield Field(root=root, path=here, owner=owner, annotation=info.annotation)
        for inner in _models(info.annotation):
            yield from _fields(inner, root, here)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for one in options(annotation):
        if _is_model(one):
            yield one
        elif get_origin(one) is not Literal:
            for argument in get_args(one):
                yield from _models(argument)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
