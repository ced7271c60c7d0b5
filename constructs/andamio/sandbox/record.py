"""What a sandbox is made of: its folder, which parts run, on which ports, how far each environment is.

One JSON file, replaced whole at each change and readable by its owner alone, because it holds the keys of what runs on
loopback. It outlives its processes: `down` leaves ports and data for the next `up`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from andamio.sandbox.errors import SandboxError
from andamio.sandbox.identity import Process, end, end_marked
from andamio.sandbox.object_storage import remove_sockets
from andamio.sandbox.parts import OF_AN_ENVIRONMENT, PLANE

__all__ = ["EnvironmentRecord", "Part", "Record", "folder_of"]

_VERSION: Final = 1
_FILE: Final = "sandbox.json"
_LOCK: Final = "lock"


def folder_of(checkout: Path, environment: Mapping[str, str] | None = None) -> Path:
    """Where the sandbox of a checkout lies.

    Below `XDG_STATE_HOME` where that is set to an absolute path, in a folder named after the checkout; else in the
    checkout's own `.andamio/sandbox`.
    """
    found = os.environ if environment is None else environment
    base = found.get("XDG_STATE_HOME", "").strip()
    if not Path(base).is_absolute():
        return checkout / ".andamio" / "sandbox"
    digest = hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
    return Path(base) / "andamio" / "sandbox" / f"{checkout.name}-{digest}"


@dataclass(kw_only=True)
class Part:
    """A component that was started: its processes, its ports, and what others need to know of it."""

    name: str
    """`s3`, or with its environment `dev/argo-cd`."""

    ports: tuple[int, ...] = ()
    processes: tuple[Process, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    """Addresses and keys by name."""

    @property
    def alive(self) -> bool:
        """Whether all of it runs."""
        return bool(self.processes) and all(one.alive for one in self.processes)

    @property
    def environment(self) -> str:
        """The environment that it belongs to; empty when all share it."""
        return self.name.rpartition("/")[0]

    def data(self) -> dict[str, Any]:
        """It as JSON."""
        processes = [one.data() for one in self.processes]
        return {"name": self.name, "ports": list(self.ports), "processes": processes, "facts": self.facts}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Part:
        """The part of such JSON."""
        processes = tuple(Process.of(one) for one in data["processes"])
        return cls(name=data["name"], ports=tuple(data["ports"]), processes=processes, facts=dict(data["facts"]))


@dataclass(kw_only=True)
class EnvironmentRecord:
    """How far an environment is."""

    phase: str = "down"
    """`down`, `starting`, `up`, `deploying`, `deployed` or `failed`."""

    since: float = 0.0
    """When it came there, seconds since 1970."""

    note: str = ""
    """What it is at, or why it failed."""

    stacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Stack → `phase`, `at`, `seconds`, in the order of deployment."""

    moved: list[str] = field(default_factory=list)
    """Shared parts whose addresses changed since it was deployed; until it is deployed again, it looks for the old."""

    @property
    def deployed(self) -> bool:
        """Whether it was deployed to the end, with the addresses that hold now."""
        applied = any("gitops" in name and one["phase"] == "applied" for name, one in self.stacks.items())
        return applied and not self.moved

    @property
    def what_moved(self) -> str:
        """That addresses changed, and what to do; empty where none did."""
        return f"addresses of {', '.join(self.moved)} changed; deploy it again" if self.moved else ""


class Record:
    """The record of the sandbox of one checkout.

    Args:
        folder: The sandbox's folder, see `folder_of`.
        salvage: Whether a file that cannot be read counts as none. Default: it is an error.

    Raises:
        SandboxError: its file is damaged or of another version.
    """

    def __init__(self, folder: Path, *, salvage: bool = False) -> None:
        self.folder = folder
        self._salvage = salvage
        self.parts: dict[str, Part] = {}
        self.environments: dict[str, EnvironmentRecord] = {}
        self.charts = "stand-in"
        self._writing = threading.Lock()
        self._read()

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / _FILE

    @property
    def running(self) -> list[Process]:
        """Every process that was written down and runs."""
        return [one for part in self.parts.values() for one in part.processes if one.alive]

    def dead(self) -> list[str]:
        """Names of parts of which a process ended although nobody took it down."""
        return [part.name for part in self.parts.values() if part.processes and not part.alive]

    def is_up(self, environment: str) -> bool:
        """Whether every part of an environment runs."""
        return not self.lacking(environment)

    def lacking(self, environment: str) -> list[str]:
        """Names of an environment's parts that do not run, also of those that were never started."""
        names = [f"{environment}/{name}" for name in OF_AN_ENVIRONMENT]
        return [name for name in names if name not in self.parts or not self.parts[name].alive]

    def put(self, part: Part) -> None:
        """Write down a part."""
        with self._writing:
            self.parts[part.name] = part
            self._write()

    def choose_charts(self, charts: str) -> None:
        """Write down where charts come from: `stand-in` or `real`."""
        with self._writing:
            self.charts = charts
            self._write()

    def phase(self, environment: str, phase: str, note: str = "") -> None:
        """Write down how far an environment is."""
        with self._writing:
            found = self.environments.setdefault(environment, EnvironmentRecord())
            found.phase, found.note, found.since = phase, note, time.time()
            if phase == "deployed":
                found.moved = []
            self._write()

    def move(self, parts: Sequence[str]) -> list[str]:
        """Write down that shared parts have other addresses; names of the environments that know the old ones."""
        with self._writing:
            those = {name: found for name, found in self.environments.items() if found.stacks}
            for found in those.values():
                found.moved = sorted({*found.moved, *parts})
                if found.phase != "down":
                    found.phase, found.note = "up", found.what_moved
            self._write()
        return list(those)

    def stack(self, environment: str, stack: str, phase: str, *, seconds: float = 0.0) -> None:
        """Write down how far a stack is."""
        with self._writing:
            found = self.environments.setdefault(environment, EnvironmentRecord())
            found.stacks[stack] = {"phase": phase, "at": time.time(), "seconds": round(seconds, 1)}
            self._write()

    def end_parts(self, *names: str) -> int:
        """End the processes of parts, those first that were started last; how many there were."""
        count = 0
        for name in reversed(names):
            count += self._end_processes(name)
            part = self.parts[name]
            remove_sockets(part.ports)
            self.put(Part(name=part.name, ports=part.ports, facts=part.facts))
        return count

    def _end_processes(self, name: str) -> int:
        """End the processes of a part; how many there were."""
        alive = [one for one in self.parts[name].processes if one.alive]
        if name.endswith(PLANE):  # each needs the one before it to end in order
            for one in reversed(alive):
                end([one])
        else:
            end(alive)
        return len(alive)

    def end_all(self) -> int:
        """End everything of this sandbox, also what was started and not written down; how many processes."""
        planes = [name for name in self.parts if name.endswith(PLANE)]
        others = [one for name, part in self.parts.items() if name not in planes for one in part.processes if one.alive]
        end(others)
        count = len(others) + sum(self._end_processes(name) for name in planes)
        count += end_marked(self.folder)
        with self._writing:  # at the end and once: a disk may be full
            for part in self.parts.values():
                remove_sockets(part.ports)
                part.processes = ()
            for found in self.environments.values():
                found.phase, found.note, found.since = "down", "", time.time()
            self._write()
        return count

    def purge(self) -> None:
        """Remove all that the sandbox keeps, at once for whoever starts another one meanwhile."""
        try:
            going = Path(tempfile.mkdtemp(dir=self.folder.parent, prefix=f".{self.folder.name}-"))
            self.folder.rename(going / self.folder.name)
        except OSError:  # a full disk, on which it is removed as it lies
            going = self.folder
        for path, _, _ in os.walk(going):
            with suppress(OSError):
                Path(path).chmod(0o700)
        shutil.rmtree(going, ignore_errors=True)

    @contextmanager
    def locked(self, doing: str) -> Iterator[None]:
        """Keep out others that would change this sandbox, for as long as this process lives.

        Raises:
            SandboxError: another process is at it, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SandboxError(f"{self.folder} cannot be written: {error.strerror}.") from None
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(handle, 200, 0).decode(errors="replace").strip() or "another command"
                raise SandboxError(f"{holder} is at work on this sandbox. Wait for it, or end it.") from None
            if not self._holds(handle):
                raise SandboxError(f"{self.folder} was removed a moment ago. Run it again.")
            with suppress(OSError):  # it tells others who is at work; a full disk keeps nobody from that
                os.ftruncate(handle, 0)
                os.pwrite(handle, f"`andamio sandbox {doing}` (process {os.getpid()})".encode(), 0)
            self._read()
            yield
        finally:
            os.close(handle)

    def _holds(self, handle: int) -> bool:
        """Whether an open lock is the one that lies in the folder, and not that of a sandbox that was purged."""
        try:
            return os.path.samestat(os.fstat(handle), (self.folder / _LOCK).stat())
        except OSError:
            return False

    def _read(self) -> None:
        try:
            data = json.loads(self.path.read_bytes())
            _check_version(data["version"], self.path)
            self.charts = data["charts"]
            self.parts = {one["name"]: Part.of(one) for one in data["parts"]}
            self.environments = {name: EnvironmentRecord(**one) for name, one in data["environments"].items()}
            written = Path(data.get("folder", self.folder))
            if written != self.folder and (written / _FILE).exists():  # its checkout was copied, not moved
                for part in self.parts.values():
                    part.processes = ()
                for found in self.environments.values():
                    found.phase = "down"
        except (FileNotFoundError, NotADirectoryError):
            return
        except (OSError, ValueError, KeyError, TypeError, AttributeError, SandboxError) as error:
            if self._salvage:
                return
            if isinstance(error, SandboxError):
                raise
            raise SandboxError(
                f"{self.path} is damaged ({type(error).__name__}). `andamio sandbox down --purge` ends the sandbox's "
                "processes and removes what it kept."
            ) from None

    def _write(self) -> None:
        data = {
            "version": _VERSION,
            "folder": str(self.folder),
            "charts": self.charts,
            "parts": [part.data() for part in self.parts.values()],
            "environments": {name: vars(one) for name, one in self.environments.items()},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".record-")  # mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(data, file, indent=2)
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def _check_version(found: object, path: Path) -> None:
    if found != _VERSION:
        raise SandboxError(f"{path} is of another version. Run `andamio sandbox down --purge`.")
