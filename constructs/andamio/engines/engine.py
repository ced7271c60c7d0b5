"""What describes an engine: the program that a part of `dist/` is proven on, however it is had."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

__all__ = ["BuiltEngine", "Engine"]


@dataclass(frozen=True, kw_only=True)
class Engine(ABC):
    """A program that a part of `dist/` is proven on."""

    name: str
    """Name of the program, and of the engine everywhere."""

    version: str
    """The version that Andamio had it in, with a leading `v`."""

    version_arguments: tuple[str, ...] = ("--version",)
    """What makes the program tell its version; the first text like `1.2.3` in its answer is taken."""

    program_names: tuple[str, ...] = ()
    """What the program is called on a machine. Default: its name."""

    tried: bool = True
    """Whether this row was had and run as it stands."""

    chart: str | None = None
    """The chart of the catalog that installs this program in a cluster. None: none does."""

    @property
    def programs(self) -> tuple[str, ...]:
        """What the program is called on a machine, in the order in which it is looked for."""
        return self.program_names or (self.name,)

    @abstractmethod
    def fits(self, version: str) -> bool:
        """Whether a program of this version on the machine will do; without a leading `v`."""


@dataclass(frozen=True, kw_only=True)
class BuiltEngine(Engine):
    """An engine that Andamio puts into its cache where the machine lacks it."""

    module: str
    """What brings it, by the name that its registry knows."""

    accepts: str
    """What the version of a program found on the machine has to start with, such as `1.35.`."""

    space: int = 1
    """Free space that making it takes at most, GB, downloads and caches included."""

    def fits(self, version: str) -> bool:
        """Whether a program of this version on the machine will do; without a leading `v`."""
        return version.startswith(self.accepts)

    @property
    def inside(self) -> str:
        """The folder of the program in what was made; empty: the program lies on top."""
        return ""

    @abstractmethod
    def key(self, *, system: str, architecture: str) -> str:
        """What the making depends on, as 12 hexadecimal digits."""
