"""What a catalog declares, before it is resolved, and how one field of it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from pydantic import BaseModel

from andamio.contract.outputs import CloudOutputs, SharedOutputs
from andamio.contract.platform import Platform
from andamio.model import Environment, Release, Service, Shared, Tombstone

__all__ = ["Declarations", "with_field"]


@dataclass(frozen=True, kw_only=True)
class Declarations:
    """The arguments of `Platform.of`, kept as they were declared."""

    shared: Shared
    environments: tuple[Environment, ...]
    services: tuple[Service, ...] = ()
    releases: Mapping[str, Release] = field(default_factory=dict)
    outputs: Mapping[str, CloudOutputs] = field(default_factory=dict)
    shared_outputs: SharedOutputs = field(default_factory=SharedOutputs)
    tombstones: tuple[Tombstone, ...] = ()

    def platform(self) -> Platform:
        """The platform that they make."""
        return Platform.of(**{f.name: getattr(self, f.name) for f in fields(self)})

    def objects(self, root: str) -> list[tuple[str, BaseModel]]:
        """Each object of a root class under a name of its own."""
        found: dict[str, list[tuple[str, BaseModel]]] = {
            "Shared": [("shared", self.shared)],
            "SharedOutputs": [("shared_outputs", self.shared_outputs)],
            "Environment": [(one.name, one) for one in self.environments],
            "Service": [(one.name, one) for one in self.services],
            "Tombstone": [(one.service, one) for one in self.tombstones],
            "Release": list(self.releases.items()),
            "CloudOutputs": list(self.outputs.items()),
        }
        return found[root]

    def with_object(self, root: str, name: str, new: Any) -> Declarations:
        """The same with one object in the place of the one of that name."""

        def exchanged(items: tuple[Any, ...], key: Callable[[Any], str]) -> tuple[Any, ...]:
            return tuple(new if key(item) == name else item for item in items)

        if root == "Shared":
            return replace(self, shared=new)
        if root == "SharedOutputs":
            return replace(self, shared_outputs=new)
        if root == "Environment":
            return replace(self, environments=exchanged(self.environments, lambda one: one.name))
        if root == "Service":
            return replace(self, services=exchanged(self.services, lambda one: one.name))
        if root == "Tombstone":
            return replace(self, tombstones=exchanged(self.tombstones, lambda one: one.service))
        if root == "Release":
            return replace(self, releases={**self.releases, name: new})
        return replace(self, outputs={**self.outputs, name: new})


def with_field(model: BaseModel, path: tuple[str | int, ...], value: object) -> BaseModel:
    """`model` with what lies at `path` replaced; all of it is validated anew. Raises `ValidationError`."""
    head, *rest = path
    old = getattr(model, str(head))
    given = {name: getattr(model, name) for name in model.model_fields_set}
    return type(model)(**{**given, str(head): _replaced(old, tuple(rest), value)})


def _replaced(old: Any, path: tuple[str | int, ...], value: object) -> object:
    if not path:
        return value
    head, *rest = path
    if isinstance(old, BaseModel):
        return with_field(old, path, value)
    if isinstance(old, Mapping):
        return {**old, head: _replaced(old[head], tuple(rest), value)}
    assert isinstance(old, tuple)
    index = int(head)
    return (*old[:index], _replaced(old[index], tuple(rest), value), *old[index + 1 :])
