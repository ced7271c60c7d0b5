"""The new tree, built beside the old one: links for what stays, new files for what changes.

A hard link keeps inode and time, so nothing that watches files sees a change where there is none. Where the
file system has no hard links, files are copied with their times.
"""

# Strings and plain system calls cost a third of Path objects, over thousands of files.
# ruff: noqa: PTH101, PTH102, PTH112, PTH115, PTH116, PTH211

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import stat
import sys
from collections.abc import Mapping

from andamio.synthesis.ahead import Ahead, Linked
from andamio.synthesis.compare import Change
from andamio.synthesis.content import File, digest
from andamio.synthesis.errors import PublishError
from andamio.synthesis.steps import step
from andamio.synthesis.tree import Tree

MANY = 64
"""New files from which on the whole file system is flushed once, instead of each file on its own."""

_NO_LINKS = {errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}


def stage(
    *, source: str, target: str, tree: Tree, change: Change, ahead: Ahead | None = None
) -> dict[str, os.stat_result]:
    """Build the tree that `change` makes of `source` in `target`, which must not exist, and flush it to disk.

    What `ahead` has linked there is used.

    Returns:
        The status of every file that is not the one of `source`: written or copied.

    Raises:
        PublishError: a file's bytes are not what its hash says.
        OSError: no space, no permission, and so on; `target` is then incomplete.
    """
    kept = _kept_folders(tree, change)
    linked = ahead.take(tree, drop=change.drop, kept=kept) if ahead else None
    if linked is None:
        linked = Linked()
        step(f"make {target}")
        os.mkdir(target)
    usual = os.stat(target).st_mode
    made: dict[str, int] = {}
    for folder in sorted(kept):
        if folder not in linked.folders:
            step(f"make {folder}")
            os.mkdir(f"{target}/{folder}")
        made[folder] = tree.folders[folder].st_mode
    fresh: dict[str, os.stat_result] = {}
    _carry_files(source, target, tree, change.drop | linked.files, fresh)
    for path in tree.links:
        if path not in change.drop:
            step(f"link {path}")
            os.symlink(os.readlink(f"{source}/{path}"), f"{target}/{path}")
    _write_all(target, tree, change.write, made, usual, fresh)
    if os.path.isdir(source):
        made[""] = os.stat(source).st_mode
    # At the end, deepest first: a read-only folder takes no more entries.
    for folder in sorted(made, reverse=True):
        if made[folder] != usual:
            os.chmod(f"{target}/{folder}", stat.S_IMODE(made[folder]))
    return fresh


def _kept_folders(tree: Tree, change: Change) -> set[str]:
    """Folders of the old tree that go on: all but those of ours in which nothing is left."""
    kept: set[str] = set()

    def keep(folder: str) -> None:
        while folder and folder not in kept:
            kept.add(folder)
            folder = folder.rpartition("/")[0]

    for found in (tree.files, tree.links):
        for path in found:
            if path not in change.drop:
                keep(path.rpartition("/")[0])
    for path in change.write:
        folder = path.rpartition("/")[0]
        while folder and folder not in tree.folders:
            folder = folder.rpartition("/")[0]
        keep(folder)
    for folder in tree.folders:
        if folder not in change.hollow and folder not in change.write:
            keep(folder)
    return kept


def _carry_files(
    source: str, target: str, tree: Tree, without: frozenset[str], fresh: dict[str, os.stat_result]
) -> None:
    link = os.link
    for path, status in tree.files.items():
        if path in without:
            continue
        step(f"link {path}")
        old, new = f"{source}/{path}", f"{target}/{path}"
        try:
            link(old, new)
        except OSError as error:
            if error.errno not in _NO_LINKS or not stat.S_ISREG(status.st_mode):
                raise
            shutil.copy2(old, new, follow_symlinks=False)
            fresh[path] = os.lstat(new)


def _write_all(
    target: str,
    tree: Tree,
    files: Mapping[str, File],
    made: dict[str, int],
    usual: int,
    fresh: dict[str, os.stat_result],
) -> None:
    each = len(files) < MANY
    touched: set[str] = {""}
    for path in sorted(files):
        folder = path.rpartition("/")[0]
        _make_folders(target, folder, made, usual)
        touched.add(folder)
        data = files[path].read()
        if digest(data) != files[path].sha256:
            raise PublishError(
                file=path,
                what="what is to be written does not have the hash that was promised",
                fix="Delete the build cache (.andamio/) and synthesize again.",
            )
        before = tree.files.get(path)
        fresh[path] = _write(f"{target}/{path}", data, before.st_mode if before else None, flush=each)
    step("flush")
    if each or not _flush_file_system(target):
        for path in () if each else files:
            _flush(f"{target}/{path}")
        for folder in touched:
            _flush(f"{target}/{folder}")


def _make_folders(target: str, folder: str, made: dict[str, int], usual: int) -> None:
    if folder and folder not in made:
        _make_folders(target, folder.rpartition("/")[0], made, usual)
        step(f"make {folder}")
        os.mkdir(f"{target}/{folder}")
        made[folder] = usual


def _write(file: str, data: bytes, mode: int | None, *, flush: bool) -> os.stat_result:
    step(f"write {file}")
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        status = os.fstat(descriptor)
        if mode is not None and stat.S_ISREG(mode) and mode != status.st_mode:
            os.fchmod(descriptor, stat.S_IMODE(mode))
        if flush:
            os.fsync(descriptor)
        return os.fstat(descriptor)
    except OSError as error:
        # The error of a write names no file.
        error.filename = error.filename or file
        raise
    finally:
        os.close(descriptor)


def _flush(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_file_system(path: str) -> bool:
    """Flush the file system that holds `path`; tell whether the system could do that (Linux: syncfs)."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except AttributeError:
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if syncfs(descriptor) == 0:
            return True
        number = ctypes.get_errno()
        if number in {errno.ENOSYS, errno.EPERM}:
            return False
        raise OSError(number, os.strerror(number), path)
    finally:
        os.close(descriptor)
