"""A folder as it stands on disk: every file, link and folder below it, and how to remove it all."""

# Strings and plain system calls cost a third of Path objects, over thousands of files.
# ruff: noqa: PTH101, PTH106, PTH108, PTH116, PTH120

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field

from andamio.synthesis.errors import StorageError
from andamio.synthesis.steps import step

TICK = 20_000_000
"""Nanoseconds in which a folder may change twice without its time showing it: coarse clocks tick every 10 ms."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """What lies below a folder, by path relative to it with `/`.

    Attributes:
        files: everything that is neither a folder nor a symbolic link.
        links: symbolic links, which are never followed.
        folders: folders, without the folder itself.
        taken: when the scan began, in nanoseconds of the system's clock.
    """

    files: dict[str, os.stat_result] = field(default_factory=dict)
    links: dict[str, os.stat_result] = field(default_factory=dict)
    folders: dict[str, os.stat_result] = field(default_factory=dict)
    taken: int = field(default_factory=time.time_ns)

    def inside(self, folder: str) -> set[str]:
        """Return the files and links that lie in `folder` or below; "" means all."""
        below = f"{folder}/" if folder else ""
        return {path for found in (self.files, self.links) for path in found if path.startswith(below)}


def scan(root: str, *, skip: str | None = None) -> Tree:
    """Return what lies below `root`; nothing if it does not exist.

    Args:
        root: the folder.
        skip: the name of one entry of `root` to leave out. Default: none.

    Raises:
        StorageError: another file system is mounted somewhere below.
        OSError: a folder cannot be read.
    """
    tree = Tree()
    try:
        device = os.stat(root).st_dev
    except FileNotFoundError:
        return tree
    files, links, folders = tree.files, tree.links, tree.folders
    todo = [""]
    while todo:
        prefix = todo.pop()
        with os.scandir(f"{root}/{prefix}") as entries:
            for entry in entries:
                path = prefix + entry.name
                if path == skip:
                    continue
                status = entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    if status.st_dev != device:
                        raise StorageError(
                            file=f"{root}/{path}",
                            what="another file system is mounted here, so the folder cannot be swapped",
                            fix="Unmount it, or publish into another folder.",
                        )
                    folders[path] = status
                    todo.append(f"{path}/")
                elif entry.is_symlink():
                    links[path] = status
                else:
                    files[path] = status
    return tree


def unlike(old: os.stat_result, new: os.stat_result) -> bool:
    """Tell whether two statuses of one path show that something else stands there now."""
    return (old.st_ino, old.st_size, old.st_mtime_ns) != (new.st_ino, new.st_size, new.st_mtime_ns)


def remove(root: str) -> None:
    """Remove a file or a folder with all that is in it, also what is read-only; links are not followed."""
    try:
        if not stat.S_ISDIR(os.lstat(root).st_mode):
            os.unlink(root)
            return
    except FileNotFoundError:
        return
    step(f"remove {root}")
    try:
        names = os.scandir(root)
    except PermissionError:
        os.chmod(root, 0o700)
        names = os.scandir(root)
    with names as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                remove(entry.path)
                continue
            try:
                os.unlink(entry.path)
            except PermissionError:
                os.chmod(root, 0o700)
                os.unlink(entry.path)
    try:
        os.rmdir(root)
    except PermissionError:
        os.chmod(os.path.dirname(root), 0o700)
        os.rmdir(root)
