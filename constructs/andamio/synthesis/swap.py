"""The new tree takes the old one's place, and what a killed run left is put right.

Linux (`renameat2`) and macOS (`renamex_np`) exchange two folders in one step. Where the file system cannot,
and where the published folder is a mount point, it takes several renames. They stand in a journal before
the first is done, and the next run finishes them.
"""

# ruff: noqa: PTH102, PTH104, PTH105, PTH108, PTH110, PTH120, PTH123, PTH208

from __future__ import annotations

import ctypes
import errno
import json
import os
import sys
from contextlib import suppress

from andamio.synthesis.errors import StorageError
from andamio.synthesis.place import Place
from andamio.synthesis.steps import step
from andamio.synthesis.tree import remove

_WHOLE = "."
"""The journal's name for the published folder itself."""

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTTY, errno.EPERM}


def swap(place: Place) -> str | None:
    """Put the staged tree in the place of the published one; return where the old one is now, if any.

    Raises:
        OSError: a rename was refused; what was renamed before it has been renamed back.
    """
    if not place.inside:
        step("swap")
        if not os.path.lexists(place.out):
            os.rename(place.staged, place.out)
            return None
        if exchange(place.staged, place.out):
            return place.staged
    names = [_WHOLE]
    if place.inside:
        names = sorted({*os.listdir(place.staged), *os.listdir(place.out)} - {place.skip})
    replace = [name for name in names if os.path.lexists(_paths(place, name)[0])]
    _save_journal(place, replace, [name for name in names if name not in replace])
    try:
        _finish(place)
    except OSError:
        _undo(place, names, replace)
        raise
    return place.aside if place.inside else _paths(place, _WHOLE)[2]


def _paths(place: Place, name: str) -> tuple[str, str, str]:
    """Return where the new, the published and the old entry of the journal's `name` stand."""
    if name == _WHOLE:
        return place.staged, place.out, f"{place.aside}/whole"
    return f"{place.staged}/{name}", f"{place.out}/{name}", f"{place.aside}/{name}"


def exchange(one: str, other: str) -> bool:
    """Exchange two folders in one step; tell whether the system and file system can do that."""
    libc = ctypes.CDLL(None, use_errno=True)
    left, right = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            failed = libc.renamex_np(left, right, ctypes.c_uint(_RENAME_SWAP))
        else:
            failed = libc.renameat2(_AT_FDCWD, left, _AT_FDCWD, right, ctypes.c_uint(_RENAME_EXCHANGE))
    except AttributeError:
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _UNSUPPORTED:
        return False
    raise OSError(number, os.strerror(number), one, None, other)


def recover(place: Place) -> None:
    """Finish what a killed run began to swap, and remove what it left. Call with the lock held."""
    if os.path.exists(place.journal):
        step("finish")
        _finish(place)
    remove(place.staged)
    remove(place.aside)


def needs_recovery(place: Place) -> bool:
    """Tell whether a killed run left the published folder between two states."""
    return os.path.exists(place.journal)


def _save_journal(place: Place, replace: list[str], take: list[str]) -> None:
    remove(place.aside)
    os.mkdir(place.aside)
    step("journal")
    temporary = f"{place.journal}.new"
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump({"format": 1, "replace": replace, "take": take}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, place.journal)
    flush_folder(place.state)


def _finish(place: Place) -> None:
    """Do the renames of the journal that are not done yet, then remove it. May be repeated at any point.

    A staged entry that is still there has not been put in place: the last rename of each is its own mark.
    """
    try:
        with open(place.journal, encoding="utf-8") as stream:
            document = json.load(stream)
        replace, take = list(document["replace"]), list(document["take"])
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(
            file=place.journal,
            what="damaged, and a run was killed while it put files in place",
            fix=f"Restore {place.shown} from git, delete {place.state}, and synthesize again.",
        ) from error
    for name in (*replace, *take):
        staged, live, aside = _paths(place, name)
        new = os.path.lexists(staged)
        if name in replace and not new:
            continue
        if os.path.lexists(live):
            step(f"rename {live}")
            os.rename(live, aside)
        if new:
            step(f"rename {staged}")
            os.rename(staged, live)
    flush_folder(place.out)
    flush_folder(os.path.dirname(place.out))
    step("forget journal")
    os.unlink(place.journal)


def _undo(place: Place, names: list[str], replace: list[str]) -> None:
    """Rename back what `_finish` has renamed. If even that is refused, the journal stays for the next run."""
    with suppress(OSError):
        for name in names:
            staged, live, aside = _paths(place, name)
            if os.path.lexists(aside):
                if os.path.lexists(live):
                    os.rename(live, staged)
                os.rename(aside, live)
            elif name in replace and not os.path.lexists(staged) and os.path.lexists(live):
                os.rename(live, staged)
        os.unlink(place.journal)


def flush_folder(path: str) -> None:
    """Make the names in a folder last through a power cut, where the file system offers that."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
