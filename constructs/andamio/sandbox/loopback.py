"""A server of the sandbox: one program on one address of loopback, with its folder, ready when it answers."""

from __future__ import annotations

import os
import sys
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from andamio.engines.errors import EngineError
from andamio.engines.processes import listens
from andamio.engines.runnable import Runnable

__all__ = ["LoopbackServer", "OwnServer"]

_READY_SECONDS: Final = 60
_SOURCE: Final = Path(__file__).parents[2]


class LoopbackServer(Runnable):
    """A program that serves on 127.0.0.1; a kind of server says which program, and when it is ready."""

    @property
    def address(self) -> str:
        """Host and port of its first port."""
        if not self._ports:
            raise EngineError(f"{self.name} does not run.")
        return f"127.0.0.1:{self._ports[0]}"

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self._open()
        program, arguments = self._command()
        running = self._processes.start(self.name, program, arguments, environment=self._environment())
        self._processes.wait(running, self._ready, seconds=_READY_SECONDS)

    @abstractmethod
    def _command(self) -> tuple[Path, list[str]]:
        """Program and arguments; folder and ports are known by then."""

    def _environment(self) -> Mapping[str, str]:
        return {}

    def _ready(self) -> bool:
        return listens(self._ports[0])


class OwnServer(LoopbackServer):
    """A server that is a module of ours, run as `python -m andamio.sandbox …` with the code that runs here."""

    @abstractmethod
    def _arguments(self) -> list[str]:
        """The arguments of `python -m andamio.sandbox`."""

    def _command(self) -> tuple[Path, list[str]]:
        return Path(sys.executable), ["-m", "andamio.sandbox", *self._arguments()]

    def _environment(self) -> Mapping[str, str]:
        return {"PYTHONPATH": os.pathsep.join(filter(None, [str(_SOURCE), os.environ.get("PYTHONPATH", "")]))}
