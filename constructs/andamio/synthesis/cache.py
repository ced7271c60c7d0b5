"""What earlier runs built, kept by share: a cache, which may be deleted at any time."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["ShareCache"]

_INDEX = "index"
_FORMAT = b"andamio cache 2"
"""First words of the index; an index that begins otherwise counts as none."""


class ShareCache:
    """Results of shares by key, under one folder.

    An index tells for each share its key and what is known of its result (hashes, facts); the result itself lies in a
    file named after the key and is read only when it is needed. Index and results carry their hashes, which are
    compared when they are read: what is damaged or missing counts as not there. With `folder` None nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._writable = folder is not None
        self._old: dict[str, Any] = self._load()
        self._new: dict[str, Any] = {}
        self._hashes: dict[str, str] = {entry["key"]: entry["sha256"] for entry in self._old.values()}

    def known(self, share: str, key: str) -> dict[str, Any] | None:
        """What is known of the result of `share` if it was built from `key` before; its file has the right size."""
        entry = self._old.get(share)
        if entry is None or entry["key"] != key or self._size(key) != entry["size"]:
            return None
        self._new[share] = entry
        found: dict[str, Any] = entry["known"]
        return found

    def result(self, key: str) -> dict[str, Any] | None:
        """The result that was built from `key`; None when it is not there or damaged."""
        try:
            content = self._file(key).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != self._hashes.get(key):
            return None
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def keep(self, share: str, key: str, known: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Keep the result of `share`. What cannot be written is not kept."""
        if not self._writable:
            return
        content = json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            self._write(self._file(key), content)
        except OSError:
            self._writable = False
            return
        self._hashes[key] = hashlib.sha256(content).hexdigest()
        self._new[share] = {"key": key, "known": known, "size": len(content), "sha256": self._hashes[key]}

    def save(self, *, planes: tuple[str, ...]) -> None:
        """Write the index and drop what no share of `planes` needs any more; other planes' entries stay."""
        others = {share: entry for share, entry in self._old.items() if share.split("/", 1)[0] not in planes}
        index = {**others, **self._new}
        if self._folder is None or not self._writable or index == self._old:
            return
        content = json.dumps(index).encode()
        head = b"%s %s\n" % (_FORMAT, hashlib.sha256(content).hexdigest().encode())
        with suppress(OSError):  # the old index is as good as before: its entries are compared with their files
            self._write(self._folder / _INDEX, head + content)
            wanted = {entry["key"] for entry in index.values()}
            for entry in self._old.values():
                if entry["key"] not in wanted:
                    self._file(entry["key"]).unlink(missing_ok=True)

    def forget(self) -> None:
        """Drop the index, so that the next run builds everything."""
        if self._folder is not None:
            with suppress(OSError):
                (self._folder / _INDEX).unlink(missing_ok=True)

    def _load(self) -> dict[str, Any]:
        if self._folder is None:
            return {}
        try:
            head, _, content = (self._folder / _INDEX).read_bytes().partition(b"\n")
        except OSError:
            return {}
        if head != b"%s %s" % (_FORMAT, hashlib.sha256(content).hexdigest().encode()):
            return {}
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            return {}
        # Its hash only tells that it is as somebody wrote it, which may have been another release, or anybody.
        return found if isinstance(found, dict) and all(map(_is_entry, found.values())) else {}

    def _size(self, key: str) -> int | None:
        try:
            return self._file(key).stat().st_size
        except OSError:
            return None

    def _file(self, key: str) -> Path:
        if self._folder is None:
            raise RuntimeError("no cache folder")
        return self._folder / key[:2] / f"{key}.json"

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


_FIELDS = {"key": str, "known": dict, "size": int, "sha256": str}


def _is_entry(entry: object) -> bool:
    """Whether `entry` of an index has the form that `ShareCache.keep` gives it."""
    if not isinstance(entry, dict) or entry.keys() != _FIELDS.keys():
        return False
    if not all(isinstance(entry[name], kind) for name, kind in _FIELDS.items()) or not entry["key"].isalnum():
        return False
    files = entry["known"].get("files", {})
    return isinstance(files, dict) and all(isinstance(sha256, str) for sha256 in files.values())
