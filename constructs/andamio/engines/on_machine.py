"""Programs that have to be on the machine: Andamio neither builds nor fetches them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from andamio.engines.engine import Engine

__all__ = ["TERRAFORM", "MachineProgram"]


@dataclass(frozen=True, kw_only=True)
class MachineProgram(Engine):
    """A program that people install themselves, in any version from one on."""

    least: tuple[int, int]
    """The first version that will do, such as `(1, 11)`; so does every later one of the same major version."""

    install: str
    """Where people get it."""

    @property
    def advice(self) -> str:
        """What to do where it is missing."""
        return f"Install {self.name} {'.'.join(map(str, self.least))} or newer: {self.install}"

    def fits(self, version: str) -> bool:
        """Whether a program of this version on the machine will do; without a leading `v`."""
        numbers = tuple(int(part) for part in version.split(".")[:2])
        return numbers >= self.least and numbers[0] == self.least[0]


TERRAFORM: Final = MachineProgram(
    name="terraform",
    version="v1.11.4",
    least=(1, 11),  # the stacks' own `required_version`, see `andamio.cloud.stack`
    install="https://developer.hashicorp.com/terraform/install",
)
