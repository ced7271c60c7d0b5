"""The base of what the cloud knows of one resource type, and the register of all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from andamio.sandbox.cloud.made import Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Cloud, Use
from andamio.sandbox.protocol.values import Values

__all__ = ["DATA", "MODELS", "Asked", "Model", "data", "model", "reference"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked of the cloud."""

    cloud: Cloud
    given: Values
    """The arguments, null where only the cloud can tell."""

    before: Values | None = None
    """The state before; None when it is made."""

    provider: Values = field(default_factory=dict)
    """The provider's own configuration."""

    def changed(self, name: str) -> bool:
        """Whether an update gives an argument another value."""
        return self.before is not None and self.given.get(name) not in (None, self.before.get(name))


class Model:
    """One resource type. Attributes of the class say what most types need; methods the rest."""

    kind: ClassVar[str]
    unique: ClassVar[tuple[str, ...]] = ()
    """Arguments that no two of them may share. Default: none, two may be equal."""

    lies_in: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Arguments with the type of the thing that each names: it has to be there, and ends this when it ends."""

    unmodelled: ClassVar[frozenset[str]] = frozenset()
    """Arguments that the sandbox does not imitate: setting one is refused."""

    empty: ClassVar[frozenset[str]] = frozenset()
    """Computed attributes that stay null, as OVHcloud leaves them or because nobody reads them."""

    told_once: ClassVar[tuple[str, ...]] = ()
    """Secrets that only its making tells: an import does not know them."""

    imports: ClassVar[tuple[str, ...]] = ("service_name", "id")
    """Attributes that make up the id of `terraform import`, joined by `/`."""

    def check(self, asked: Asked) -> None:
        """Raise `Refusal` for what the cloud does not do."""

    def made(self, asked: Asked, make: Made) -> Values:
        """The computed values."""
        return {"id": make.uuid()}

    def uses(self, asked: Asked) -> Sequence[Use]:
        """What it needs beside `lies_in`."""
        return ()

    def adopted(self, made: Values) -> Values | None:
        """What becomes of `made` when one of that name is there already. Default, None: it is refused."""
        return None

    def check_delete(self, cloud: Cloud, state: Values) -> None:
        """Raise `Refusal` when it cannot be deleted. What holds it is asked before."""

    def ended(self, asked: Asked) -> None:
        """What has to happen elsewhere when it is deleted. Default: nothing."""

    def key(self, asked: Asked) -> str:
        """What it is kept under in the cloud's file, from its state."""
        return str(asked.given["id"])

    def seed(self, given: Values) -> str:
        """What its ids and secrets are made from."""
        names = self.unique or tuple(sorted(key for key, value in given.items() if isinstance(value, str)))
        return "|".join([self.kind, *(str(given.get(name)) for name in names)])


MODELS: dict[str, Model] = {}
"""Resource type → its model."""

DATA: dict[str, Callable[[Asked], Values]] = {}
"""Data source → what it reads."""

_M = TypeVar("_M", bound=type[Model])
_F = TypeVar("_F", bound=Callable[[Asked], Values])


def model(kind: str) -> Callable[[_M], _M]:
    """Register a class as the model of a resource type."""

    def register(found: _M) -> _M:
        found.kind = kind
        MODELS[kind] = found()
        return found

    return register


def data(kind: str) -> Callable[[_F], _F]:
    """Register a function as what a data source reads."""

    def register(found: _F) -> _F:
        DATA[kind] = found
        return found

    return register


def reference(asked: Asked, kind: str, id_: Any, *, what: str) -> Values:
    """The thing that an argument names.

    Raises:
        Refusal: when there is none.
    """
    found = asked.cloud.get(kind, str(id_))
    if found is None:
        raise Refusal(f"{what} {id_!r} does not exist", source="OVHcloud's API answers 404")
    return found
