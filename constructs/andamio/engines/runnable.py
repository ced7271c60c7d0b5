"""What runs on loopback for a while: its folder, its ports, its programs, and how all of it goes."""

from __future__ import annotations

import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from andamio.engines.errors import PORT_TAKEN, EngineError, StartError
from andamio.engines.processes import Processes, Running, free_ports

__all__ = ["Runnable"]


class Runnable(ABC):
    """One or several programs of this user's, every port on 127.0.0.1.

    Used as a context, or by `start` and `stop`: programs are stopped in reverse order, and a temporary folder goes,
    also where a start failed. Started again on the same folder, it has the data that it had.

    Args:
        folder: Where data and logs lie; it stays. Default: a temporary one that goes.
        tied: Whether the programs end with this process even if it is killed.
        ports: Ports of an earlier start, to keep the addresses. Default: free ones.
    """

    name: ClassVar[str]
    """What it is called, in messages and in the name of its temporary folder."""

    ports_needed: ClassVar[int] = 1

    def __init__(self, *, folder: Path | None = None, tied: bool = True, ports: Sequence[int] = ()) -> None:
        self._own = folder is None
        self._folder = folder
        self._tied = tied
        self._kept_ports = tuple(ports)
        self._ports = self._kept_ports
        self._started: Processes | None = None

    def __enter__(self) -> Self:
        """Start it; a `StartError` or `MissingEngineError` leaves nothing behind.

        Where another program took one of its ports since they were drawn, others are drawn, twice at most.
        """
        for left in (2, 1, 0):
            try:
                self.start()
            except StartError as error:
                self.stop()
                if not (left and PORT_TAKEN in str(error)) or self._kept_ports:
                    raise
                self._ports = ()
            except BaseException:
                self.stop()
                raise
            else:
                break
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    @abstractmethod
    def start(self) -> None:
        """Start every program and wait until each is ready."""

    def stop(self) -> None:
        """Stop every program, the last first, and remove the folder where it is temporary."""
        if self._started is not None:
            self._started.stop()
            self._started = None
        if self._own and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
            self._ports = self._kept_ports

    @property
    def folder(self) -> Path:
        """Where its data and logs lie."""
        if self._folder is None:
            raise EngineError(f"{self.name} does not run.")
        return self._folder

    @property
    def ports(self) -> tuple[int, ...]:
        """Its ports, once it was started."""
        return self._ports

    @property
    def running(self) -> tuple[Running, ...]:
        """Its programs, in the order of their start."""
        return self._started.running if self._started else ()

    @property
    def _processes(self) -> Processes:
        if self._started is None:
            raise EngineError(f"{self.name} does not run.")
        return self._started

    def _open(self) -> None:
        """Make the folder, readable by its owner alone, choose the ports, and get ready to start programs."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=f"andamio-{self.name}-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        self._ports = self._ports or free_ports(self.ports_needed)
        self._started = Processes(self._folder, tied=self._tied)
