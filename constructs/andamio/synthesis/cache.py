"""What earlier runs built, kept by share: a cache, which may be deleted at any time."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["ShareCache"]

_FORMAT = 1


class ShareCache:
    """Results of shares by key, under one folder.

    An index tells for each share its key and what is known of its result (hashes, facts); the result itself lies in a
    file named after the key and is read only when it is needed. Everything is checked when it is read; a damaged or
    missing entry is built again. With `folder` None nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._old: dict[str, Any] = self._load()
        self._new: dict[str, Any] = {}

    def known(self, share: str, key: str) -> dict[str, Any] | None:
        """What is known of the result of `share` if it was built from `key` before; its file exists."""
        entry = self._old.get(share)
        if entry is None or entry.get("key") != key or self._folder is None or not self._file(key).exists():
            return None
        self._new[share] = entry
        found = entry.get("known")
        return found if isinstance(found, dict) else None

    def result(self, key: str) -> dict[str, Any] | None:
        """The result that was built from `key`; None when it is not there or damaged."""
        if self._folder is None:
            return None
        try:
            found = json.loads(self._file(key).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def keep(self, share: str, key: str, known: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Keep the result of `share`. What cannot be written is not kept."""
        self._new[share] = {"key": key, "known": known}
        if self._folder is None:
            return
        try:
            self._write(self._file(key), json.dumps(result, ensure_ascii=False, separators=(",", ":")))
        except OSError:
            self._folder = None

    def save(self, *, planes: tuple[str, ...]) -> None:
        """Write the index and drop what no share of `planes` needs any more; other planes' entries stay."""
        if self._folder is None:
            return
        others = {share: entry for share, entry in self._old.items() if share.split("/", 1)[0] not in planes}
        index = {**others, **self._new}
        if index == self._old:
            return
        try:
            self._write(self._folder / "index.json", json.dumps({"format": _FORMAT, "shares": index}))
            wanted = {entry["key"] for entry in index.values()}
            for entry in self._old.values():
                if entry["key"] not in wanted:
                    self._file(entry["key"]).unlink(missing_ok=True)
        except OSError:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _load(self) -> dict[str, Any]:
        if self._folder is None:
            return {}
        try:
            found = json.loads((self._folder / "index.json").read_bytes())
            shares = found["shares"] if found["format"] == _FORMAT else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return shares if isinstance(shares, dict) else {}

    def _file(self, key: str) -> Path:
        if self._folder is None:
            raise RuntimeError("no cache folder")
        return self._folder / key[:2] / f"{key}.json"

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
