"""What may go wrong while publishing, in words for people: which file, what about it, and what to do.

Every error is a `PublishError`. When one is raised, the published folder is as it was.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

NAMED = 20
"""Paths that a message names one by one; the rest is counted. `PublishError.paths` has them all."""


def printable(path: str) -> str:
    """`path` as a message shows it: on one line, and without signs that move a cursor."""
    return path if path.isprintable() else repr(path)[1:-1]


class PublishError(Exception):
    """Nothing was published.

    Attributes:
        file: the file or folder that the message is about, as a person would type it.
        what: what is wrong with it.
        fix: what to do about it.
        paths: all paths concerned, sorted, relative to the published folder.
    """

    def __init__(self, *, file: str, what: str, fix: str, paths: Sequence[str] = ()) -> None:
        self.file = file
        self.what = what
        self.fix = fix
        self.paths = tuple(sorted(paths))
        named = "".join(f"\n  {printable(path)}" for path in self.paths[:NAMED])
        if len(self.paths) > NAMED:
            named += f"\n  and {len(self.paths) - NAMED} more"
        super().__init__(f"{printable(file)}: {what}{':' + named + chr(10) if named else '. '}{fix}")


class ContentError(PublishError):
    """A part holds a path that cannot be published, or two that exclude each other."""


class ManifestError(PublishError):
    """The manifest is missing, damaged or newer, so nobody knows which files are ours.

    Attributes:
        replaceable: a person may ask to go on without it. Not so for a newer one: it is right, and we are old.
    """

    replaceable = True


class HandEditedError(PublishError):
    """Files that the manifest owns were edited by hand and would be replaced or removed."""


class ForeignFileError(PublishError):
    """Files that the manifest does not own stand where new ones must go."""


class StorageError(PublishError):
    """The operating system refused: no space, no permission, or the folder cannot be swapped."""


FIXES = {
    errno.ENOSPC: ("the disk is full", "Free some space and run again"),
    errno.EDQUOT: ("the disk quota is used up", "Free some space and run again"),
    errno.EFBIG: ("the file is larger than this process may write", "Raise the limit (ulimit -f) and run again"),
    errno.EACCES: ("no permission", "Give yourself the right to write there, or choose another folder"),
    errno.EPERM: ("no permission", "Give yourself the right to write there, or choose another folder"),
    errno.EROFS: ("the file system is read-only", "Choose a folder that can be written to"),
    errno.ENAMETOOLONG: ("the path is too long for this file system", "Choose a folder with a shorter path"),
    errno.ENOLCK: ("the file system offers no locks", "Choose a folder on a local disk"),
    errno.EBUSY: ("it is in use or a mount point", "Publish into a folder of a mounted one, not the mount itself"),
    errno.EXDEV: ("it lies on another file system", "Publish into a folder of a mounted one, not the mount itself"),
    errno.ENOTDIR: ("a file stands where a folder must be", "Move the file away, or choose another folder"),
    errno.EEXIST: ("a file stands where a folder must be", "Move the file away, or choose another folder"),
    errno.ELOOP: ("a symbolic link leads in a circle", "Remove the link, or choose another folder"),
    errno.EAGAIN: ("too many processes run", "End some, or raise the limit (ulimit -u), and run again"),
    errno.ENOMEM: ("there is no memory left", "End other programs, or raise the limit (ulimit -v), and run again"),
    errno.EMFILE: ("too many files are open", "Raise the limit (ulimit -n) and run again"),
}
"""Number of an error of the system → what is wrong, and what to do about it."""


FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOMEM, errno.EMFILE}
"""Those that say that the machine is full or closed, wherever they come up: no mistake of the code."""


def fix_of(error: OSError) -> tuple[str, str]:
    """What is wrong when the operating system refuses with `error`, and what to do about it."""
    return FIXES.get(error.errno or 0, (error.strerror or str(error), "Nothing was changed; run again"))


@contextmanager
def storage(out: str, *, doing: str = "publish") -> Iterator[None]:
    """Turn an error of the operating system into a `StorageError` about the file that it names, or about `out`."""
    try:
        yield
    except OSError as error:
        what, fix = fix_of(error)
        file = os.fsdecode(error.filename2 or error.filename or out) if _named(error) else out
        raise StorageError(file=file, what=f"cannot {doing}: {what}", fix=f"{fix}.") from error


def _named(error: OSError) -> bool:
    return isinstance(error.filename2 or error.filename, str | bytes)
