"""Programs that run on loopback for a while: started in order, stopped in reverse by the process that started them."""

from __future__ import annotations

import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from andamio.engines.errors import StartError

__all__ = ["Processes", "Running", "free_ports", "is_healthy", "listens"]

_STOP_SECONDS = 15
_LOG_LINES = 15
_FIRST_PORT = 10_000
_LEAST_RANGE = 5_000
_FIRST_DYNAMIC = 49_152
"""RFC 6335, section 6."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """A program that was started."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def end_of_log(self) -> str:
        """The last lines that it wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-_LOG_LINES:])


class Processes:
    """Programs with their logs in one folder.

    Args:
        logs: Folder of the logs; one file each, named after the program.
        tied: Whether they end with this process even if it is killed (Linux; where `setpriv` is at hand).
    """

    def __init__(self, logs: Path, *, tied: bool = True) -> None:
        self._logs = logs
        self._running: list[Running] = []
        self._before: tuple[str, ...] = ()
        setpriv = shutil.which("setpriv") if tied else None
        if setpriv is not None:
            self._before = (setpriv, "--pdeathsig", "TERM", "--")

    @property
    def running(self) -> tuple[Running, ...]:
        """What was started and not stopped, in the order of the start."""
        return tuple(self._running)

    def start(
        self, name: str, program: Path, arguments: Sequence[str], *, environment: Mapping[str, str] | None = None
    ) -> Running:
        """Start a program in a session of its own, so that Ctrl-C does not reach it before we stop it."""
        log = self._logs / f"{name}.log"
        with log.open("ab") as out:
            process = subprocess.Popen(
                [*self._before, str(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self._logs,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        started = Running(name=name, process=process, log=log)
        self._running.append(started)
        return started

    def wait(self, running: Running, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait until `ready`; a `StartError` with the end of its log where the program ends first or takes longer."""
        end = time.monotonic() + seconds
        while True:
            code = running.process.poll()  # before `ready`, which another program on its port may answer
            if code is not None:
                raise StartError(f"{running.name} ended with code {code}:\n{running.end_of_log()}")
            if ready():
                return
            if time.monotonic() > end:
                raise StartError(f"{running.name} is not ready after {seconds:.0f} s:\n{running.end_of_log()}")
            time.sleep(0.1)

    def stop(self, name: str | None = None) -> None:
        """Stop one program, or all in reverse order; each gets time to end, then it is killed."""
        for one in reversed(self.running):
            if name is None or one.name == name:
                _stop(one)
                self._running.remove(one)


def _stop(running: Running) -> None:
    if running.process.poll() is not None:
        return
    running.process.send_signal(signal.SIGTERM)
    try:
        running.process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        running.process.kill()
        running.process.wait()


def free_ports(count: int) -> tuple[int, ...]:
    """Ports on 127.0.0.1 that nobody has now; all differ.

    Drawn below those that the system gives to outgoing connections: one of these may take a port between this look
    and the program that is to listen there, which then ends. Nobody else who draws gets them while this process lives.
    """
    sockets: list[socket.socket] = []
    found: list[int] = []
    try:
        for port in random.sample(range(_FIRST_PORT, _first_outgoing()), 50 * count):
            one = socket.socket()
            sockets.append(one)
            with suppress(OSError):
                one.bind(("127.0.0.1", port))
                _reserve(port)
                found.append(port)
            if len(found) == count:
                break
        if len(found) == count:
            return tuple(found)
        raise StartError(f"{count} free ports of 127.0.0.1 are needed, and {len(found)} were found.")
    finally:
        for one in sockets:
            one.close()


_reserved: list[socket.socket] = []


def _reserve(port: int) -> None:
    """Keep a port from others who draw; an `OSError` where one of them has it.

    The mark is a name without a file, which the system takes back when the process ends (Linux; elsewhere there is
    none, and two who draw at the same moment may meet).
    """
    if not sys.platform.startswith("linux"):
        return
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0andamio-port-{port}")
    except OSError:
        mark.close()
        raise
    _reserved.append(mark)


def _first_outgoing() -> int:
    """The first port that the system gives to outgoing connections (Linux tells; else IANA's range is taken)."""
    try:
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return _FIRST_DYNAMIC
    return first if first > _FIRST_PORT + _LEAST_RANGE else _FIRST_DYNAMIC


def listens(port: int) -> bool:
    """Whether somebody listens on this port of 127.0.0.1."""
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


def is_healthy(port: int) -> bool:
    """Whether a program answers `/health` on a port of 127.0.0.1."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
