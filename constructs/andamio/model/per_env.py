"""Values that differ by environment, and defaults that follow the environment's tier."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

__all__ = ["FromTier", "PerEnv", "from_tier", "per_env"]

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class PerEnv(Generic[T]):
    """A value for each environment: one default, and those that differ."""

    default: T
    environments: Mapping[str, T] = field(default_factory=dict)

    def __hash__(self) -> int:
        """By the environments alone, since a value may be a mapping."""
        return hash(frozenset(self.environments))

    def value(self, environment: str) -> T:
        """The value in `environment`."""
        return self.environments.get(environment, self.default)

    def map(self, change: Callable[[str, T], U]) -> PerEnv[U]:
        """The same with each alternative changed; `change` is told its name (`default` or an environment)."""
        return PerEnv(
            change("default", self.default),
            {name: change(name, value) for name, value in self.environments.items()},
        )

    def alternatives(self) -> Iterator[tuple[str, T]]:
        """Each alternative under its name, the default first."""
        yield "default", self.default
        yield from self.environments.items()


def per_env(default: T, /, **environments: T) -> T:
    """A value that differs by environment: `per_env(1, production=3)`.

    Makes a `PerEnv[T]`. To a type checker it is a `T`, so that it fits wherever a `T` does and each
    alternative has to have that type (the reason stands in docs/decisions/0003-per-env-typing.md).
    An environment that is not in the catalog is a finding.
    """
    return cast("T", PerEnv(default, dict(environments)))


@dataclass(frozen=True)
class FromTier:
    """A default that the tier of the environment decides; see `andamio.model.defaults`."""

    key: str


def from_tier(key: str) -> Any:
    """The default `key` of the table of the environment's tier."""
    return FromTier(key)
