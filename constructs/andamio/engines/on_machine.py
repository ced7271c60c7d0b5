"""Programs that have to be on the machine: Andamio neither builds nor fetches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["TERRAFORM", "MachineProgram"]


@dataclass(frozen=True, kw_only=True)
class MachineProgram:
    """A program that people install themselves, in any version from one on."""

    name: str
    """Name of the program, and of the engine everywhere."""

    version: str
    """The version that `dist/` was proven on, with a leading `v`."""

    least: tuple[int, int]
    """The first version that will do, such as `(1, 11)`; so does every later one of the same major version."""

    install: str
    """Where people get it."""

    version_arguments: tuple[str, ...] = ("--version",)
    """What makes the program tell its version."""

    needed_by_tests: bool = True
    """Whether the tests need it."""

    tried: bool = True
    """Whether `dist/` was proven on it."""

    chart: None = None
    """No chart installs it in a cluster."""

    @property
    def programs(self) -> tuple[str, ...]:
        """What the program is called on a machine."""
        return (self.name,)

    @property
    def advice(self) -> str:
        """What to do where it is missing."""
        return f"Install {self.name} {'.'.join(map(str, self.least))} or newer: {self.install}"

    def fits(self, version: str) -> bool:
        """Whether a program of this version will do."""
        numbers = tuple(int(part) for part in version.split(".")[:2])
        return numbers >= self.least and numbers[0] == self.least[0]


TERRAFORM: Final = MachineProgram(
    name="terraform",
    version="v1.11.4",
    least=(1, 11),  # the stacks' own `required_version`, see `andamio.cloud.stack`
    install="https://developer.hashicorp.com/terraform/install",
)
