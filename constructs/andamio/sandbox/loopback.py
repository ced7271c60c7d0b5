"""A server of the sandbox: one program on one address of loopback, with its folder, ready when it answers."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self

from andamio.engines.errors import EngineError
from andamio.engines.processes import Processes, Running, free_ports, listens

__all__ = ["LoopbackServer", "OwnServer"]

_READY_SECONDS: Final = 60
_SOURCE: Final = Path(__file__).parents[2]


class LoopbackServer(ABC):
    """A program that serves on 127.0.0.1; a kind of server says which program, and when it is ready.

    Used as a context, or by `start` and `stop`. Started again on the same folder, it has the data that it had.

    Args:
        folder: Where its data and log lie; it stays. Default: a temporary one that goes.
        tied: Whether it ends with this process even if that is killed.
        ports: Ports of an earlier start, to keep the addresses. Default: free ones.
    """

    name: ClassVar[str]
    """What it is called, in its log's name too."""

    ports_needed: ClassVar[int] = 1

    def __init__(self, *, folder: Path | None = None, tied: bool = True, ports: Sequence[int] = ()) -> None:
        self._own = folder is None
        self._folder = folder
        self._tied = tied
        self._ports = tuple(ports)
        self._processes: Processes | None = None

    def __enter__(self) -> Self:
        """Start it; a `StartError` leaves nothing behind."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    @property
    def folder(self) -> Path:
        """Where its data and log lie."""
        if self._folder is None:
            raise EngineError(f"{self.name} does not run.")
        return self._folder

    @property
    def ports(self) -> tuple[int, ...]:
        """Its ports, once it was started."""
        return self._ports

    @property
    def address(self) -> str:
        """Host and port of its first port."""
        if not self._ports:
            raise EngineError(f"{self.name} does not run.")
        return f"127.0.0.1:{self._ports[0]}"

    @property
    def running(self) -> tuple[Running, ...]:
        """Its program."""
        return self._processes.running if self._processes else ()

    def start(self) -> None:
        """Start it and wait until it is ready."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=f"andamio-{self.name}-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._ports = self._ports or free_ports(self.ports_needed)
        self._processes = Processes(self.folder, tied=self._tied)
        program, arguments = self._command()
        running = self._processes.start(self.name, program, arguments, environment=self._environment())
        self._processes.wait(running, self._ready, seconds=_READY_SECONDS)

    def stop(self) -> None:
        """Stop it, and remove the folder where it is temporary."""
        if self._processes is not None:
            self._processes.stop()
            self._processes = None
        if self._own and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
            self._ports = ()

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
