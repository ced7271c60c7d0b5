"""Hashes of files by size, time and inode, so that thousands of files need not be read to find an edit.

A cache in the manner of git's index: it may be deleted at any time, and is not trusted where it could be
wrong. A file whose time is not before the index's own may have been edited after the index was written
without its time showing it, so it is read again.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from andamio.synthesis.content import digest

_FORMAT = 2
_HASH_LENGTH = 64


class StatIndex:
    """The index in `file`; empty if there is none or it cannot be read.

    Raises nothing: an index that is damaged counts as missing.
    """

    def __init__(self, file: str) -> None:
        self._file = Path(file)
        self._entries: dict[str, str] = {}
        self._written = 0
        try:
            with self._file.open("rb") as stream:
                self._written = os.fstat(stream.fileno()).st_mtime_ns
                document = json.load(stream)
            if document["format"] == _FORMAT and isinstance(document["files"], dict):
                self._entries = document["files"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass

    def sha256(self, path: str, status: os.stat_result, file: str) -> str | None:
        """Return the hash of what stands at `file`, from memory if its status is the remembered one.

        Args:
            path: the name in the index.
            status: the status of the file now.
            file: the file to read if nothing trustworthy is remembered.

        Returns:
            The hash; None for what is no regular file (a pipe would block whoever reads it).
        """
        if known := self.remembered(path, status):
            return known
        if not stat.S_ISREG(status.st_mode):
            return None
        return digest(Path(file).read_bytes())

    def remembered(self, path: str, status: os.stat_result) -> str | None:
        """Return the hash that is remembered for `path` if its status is the same and can be trusted."""
        entry = self._entries.get(path)
        if not isinstance(entry, str) or status.st_mtime_ns >= self._written:
            return None
        mark, _, known = entry.rpartition(" ")
        return known if mark == _mark(status) and len(known) == _HASH_LENGTH else None

    def save(self, files: Mapping[str, tuple[os.stat_result, str]]) -> None:
        """Remember the status and hash of each path, and forget all others.

        Writes only if something changed or is not trusted. A failure to write is not an error: it costs
        time on the next run.
        """
        entries = {path: f"{_mark(status)} {sha256}" for path, (status, sha256) in files.items()}
        newest = max((status.st_mtime_ns for status, _ in files.values()), default=0)
        if entries == self._entries and newest < self._written:
            return
        text = json.dumps({"format": _FORMAT, "files": entries}, separators=(",", ":"))
        temporary = self._file.with_suffix(".new")
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self._file)
        except OSError:
            return


def _mark(status: os.stat_result) -> str:
    """What must stay the same. One text a file: thousands of lists of numbers take JSON a tenth of a second."""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"
