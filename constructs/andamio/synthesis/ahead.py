"""Links of the published tree, made while a building process is waited for.

Most of a small publish is linking what stays. That needs no result, so it begins as soon as it is clear that little is
to be built, in a thread of its own; publishing then mends the difference.
"""

# Strings and plain system calls cost a third of Path objects, over thousands of files.
# ruff: noqa: PTH102, PTH106, PTH108, PTH112

from __future__ import annotations

import os
import threading
from collections.abc import Container
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from andamio.synthesis.errors import PublishError
from andamio.synthesis.place import Place, locate, locked
from andamio.synthesis.steps import step
from andamio.synthesis.swap import recover
from andamio.synthesis.tree import TICK, Tree, remove, scan, unlike

__all__ = ["Ahead", "Linked", "begin"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """What stands in the staged folder already, by path."""

    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()


class Ahead:
    """The staged tree of one publish, begun before it. Holds the lock until it is closed.

    Used as a context, or closed; what no publish took over is then removed.
    """

    def __init__(self, place: Place, lock: AbstractContextManager[None]) -> None:
        self.place = place
        self._lock = lock
        self._tree = Tree()
        self._stopped = threading.Event()
        self._complete = self._closed = False
        self._thread = threading.Thread(target=self._link, name="links ahead")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop, remove what is left in the staged folder, and let go of the lock."""
        if self._closed:
            return
        self._closed = True
        self._stopped.set()
        self._thread.join()
        try:
            remove(self.place.staged)
        finally:
            self._lock.__exit__(None, None, None)

    def ready(self) -> bool:
        """Wait until all is linked; if it could not be, nothing stands in the staged folder."""
        self._thread.join()
        if not self._complete:
            remove(self.place.staged)
        return self._complete

    def take(self, tree: Tree, *, drop: Container[str], kept: Container[str]) -> Linked | None:
        """Bring what is linked in step with the published tree as it is now.

        A folder whose time does not prove that nobody was in it meanwhile is linked anew.

        Args:
            tree: the published tree now.
            drop: those of its files that do not go on.
            kept: those of its folders that go on.

        Returns:
            What stands there; None if it could not be made, and nothing stands there.
        """
        if not self.ready():
            return None
        target, before = self.place.staged, self._tree
        calm = {folder for folder, status in before.folders.items() if self._calm(status, tree.folders.get(folder))}
        files: set[str] = set()
        for path, status in before.files.items():
            now = tree.files.get(path)
            folder = path.rpartition("/")[0]
            if now is None or path in drop or folder not in calm or unlike(status, now):
                step(f"unlink {path}")
                os.unlink(f"{target}/{path}")
            else:
                files.add(path)
        for folder in sorted(before.folders, reverse=True):
            if folder not in kept:
                step(f"unmake {folder}")
                os.rmdir(f"{target}/{folder}")
        return Linked(files=frozenset(files), folders=frozenset(f for f in before.folders if f in kept))

    def _calm(self, before: os.stat_result, now: os.stat_result | None) -> bool:
        return now is not None and before.st_mtime_ns == now.st_mtime_ns < self._tree.taken - TICK

    def _link(self) -> None:
        source, target, stopped = self.place.out, self.place.staged, self._stopped.is_set
        try:
            recover(self.place)
            self._tree = scan(source)
            step(f"make {target}")
            os.mkdir(target)
            for folder in sorted(self._tree.folders):
                step(f"make {folder}")
                os.mkdir(f"{target}/{folder}")
            for path in self._tree.files:
                if stopped():
                    return
                step(f"link {path}")
                os.link(f"{source}/{path}", f"{target}/{path}")
        except (OSError, PublishError):
            return  # a full disk, no hard links, a file that went: publishing does it all, and tells
        self._complete = True


def begin(out: Path) -> Ahead | None:
    """Begin to link the tree in `out`; None where that is of no use, or someone else is publishing."""
    try:
        place = locate(out)
        if place.inside or not os.path.isdir(place.out):
            return None
        lock = locked(place, wait=False)
        lock.__enter__()
    except (OSError, PublishError):
        return None
    return Ahead(place, lock)
