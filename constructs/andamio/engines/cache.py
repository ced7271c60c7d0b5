"""Where engines are kept, and how two processes that build at once keep out of each other's way."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from andamio.engines.errors import EngineError

__all__ = ["KEEP_BUILD_CACHE", "build_folder", "locked", "publish", "remove_left_build", "removed", "root"]

KEEP_BUILD_CACHE = "ANDAMIO_ENGINES_KEEP_BUILD_CACHE"
"""Environment variable that keeps Go's caches after an installation when it is set; they reach tens of GB."""


def root() -> Path:
    """The folder of all engines: `andamio/engines` in `$XDG_CACHE_HOME`, else in `~/.cache`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "andamio" / "engines"


def build_folder() -> Path:
    """Where Go's caches lie while engines are built.

    One folder for all, so that engines share what they have in common and a build that was cut off goes on where
    it was.
    """
    return root() / ".build"


@contextmanager
def locked(waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock on building; `waiting` is called once where another process holds it.

    The lock goes with its process, however that ends.
    """
    folder = root()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EngineError(
            f"{folder} cannot be written: {error.strerror}. Set XDG_CACHE_HOME to a folder of yours."
        ) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove_left_build() -> bool:
    """Remove Go's caches that a call left which was killed at its end; nothing where somebody builds. Whether any were.

    Such a call has made all it was asked for, so that no later one would come to remove them.
    """
    if not build_folder().exists():
        return False
    handle = os.open(root() / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        removed(build_folder())
        return True
    finally:
        os.close(handle)


def publish(made: Path, target: Path) -> None:
    """Move a finished folder to its place at once; what somebody else put there first stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        made.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        removed(made)


def removed(folder: Path) -> None:
    """Remove a folder with all it holds, Go's read-only folders too; nothing happens where there is none."""
    if not folder.exists():
        return
    for path, _, _ in os.walk(folder):
        Path(path).chmod(0o700)
    shutil.rmtree(folder)
