"""Where publishing keeps its own things: a hidden folder beside the published one, and the lock in it."""

# ruff: noqa: PTH103, PTH110, PTH112, PTH116, PTH118, PTH120, PTH123

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from andamio.synthesis.content import STATE
from andamio.synthesis.errors import StorageError

_MOUNTS = "/proc/self/mountinfo"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A published folder and what belongs to it.

    Attributes:
        out: the folder itself, absolute, symbolic links resolved.
        shown: the folder as a person wrote it, for messages.
        state: the folder of the lock, the index and the tree that is being built: `.andamio/publish-NAME`
            beside `out`, on the same file system.
        inside: `state` lies in `out`, because `out` is a mount point and nothing beside it can be swapped
            with it. Its entries are then swapped one by one.
    """

    out: str
    shown: str
    state: str
    inside: bool

    @property
    def staged(self) -> str:
        """The new tree while it is built, and the old one after the swap."""
        return f"{self.state}/new"

    @property
    def aside(self) -> str:
        """The old tree, where it cannot be exchanged at once."""
        return f"{self.state}/old"

    @property
    def journal(self) -> str:
        """What must still be renamed, where that takes more than one step."""
        return f"{self.state}/journal.json"

    @property
    def index(self) -> str:
        """Remembered hashes."""
        return f"{self.state}/index.json"

    @property
    def skip(self) -> str | None:
        """The entry of `out` that is not content."""
        return STATE if self.inside else None


def locate(out: Path) -> Place:
    """Return the place of `out`, which need not exist; a symbolic link stands for what it points to.

    Raises:
        StorageError: `out` is a file, or a symbolic link that leads in a circle.
    """
    shown = os.fspath(out)
    real = os.path.realpath(shown)
    if Path(real).is_symlink():  # all links are resolved, but for those that never end
        fix = "Remove it, or choose another folder."
        raise StorageError(file=shown, what="is a symbolic link that leads in a circle", fix=fix)
    if os.path.lexists(real) and not os.path.isdir(real):
        raise StorageError(file=shown, what="is a file, not a folder", fix="Move it away, or choose another folder.")
    parent, name = os.path.split(real)
    beside = os.path.join(parent, STATE)
    inside = os.path.isdir(real) and (
        not name
        or _is_mount(real)
        or (os.path.isdir(beside) and (_is_mount(beside) or os.stat(beside).st_dev != os.stat(real).st_dev))
    )
    state = os.path.join(real, STATE, "publish") if inside else os.path.join(beside, f"publish-{name}")
    return Place(out=real, shown=shown, state=state, inside=inside)


def _is_mount(path: str) -> bool:
    """Tell whether something is mounted at `path`, bind mounts (which `ismount` does not see) included."""
    if os.path.ismount(path):
        return True
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as stream:
            points = [line.split(" ")[4] for line in stream]
    except (OSError, IndexError):
        return False
    return path in (re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point) for point in points)


@contextmanager
def locked(place: Place, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of `place`; the system lets go of it when a process dies.

    Waits for whoever has it, or, with `wait` off, raises `BlockingIOError`.
    """
    os.makedirs(place.state, exist_ok=True)
    ignore = os.path.join(os.path.dirname(place.state), ".gitignore")
    if not os.path.exists(ignore):
        with open(ignore, "w", encoding="utf-8") as stream:
            stream.write("# What Andamio keeps between runs. May be deleted when none is running.\n*\n")
    file = f"{place.state}/lock"
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(file, descriptor):
                yield
                return
        finally:
            os.close(descriptor)
        # Someone deleted the folder while we waited: its lock is not the one that others take.
        os.makedirs(place.state, exist_ok=True)


def _is_still(file: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(file), os.fstat(descriptor))
    except FileNotFoundError:
        return False
