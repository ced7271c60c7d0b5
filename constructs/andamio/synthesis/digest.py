"""Digests of what a share is built from: its view, and the code that builds it."""

# Strings and plain system calls cost a third of Path objects, over hundreds of files.
# ruff: noqa: PTH123

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

from pydantic import BaseModel

__all__ = ["Digester", "code_digest"]

_TOOLS = ("cdk8s", "cdk8s-plus-27", "cdktf", "constructs", "jsii", "pydantic")


class Digester:
    """Digests views; remembers the texts of models that many views share."""

    def __init__(self, code: str) -> None:
        """`code` is the digest of the code, see `code_digest`."""
        self._code = code
        self._texts: dict[int, tuple[object, str]] = {}

    def key(self, *parts: object) -> str:
        """The digest of `parts` and of the code, 40 hexadecimal digits."""
        text = "\0".join((self._code, *(self._text(part) for part in parts)))
        return hashlib.sha256(text.encode()).hexdigest()[:40]

    def _text(self, value: object) -> str:
        if isinstance(value, BaseModel) or is_dataclass(value):
            known = self._texts.get(id(value))
            if known is None:
                known = (value, self._fresh(value))
                self._texts[id(value)] = known
            return known[1]
        if isinstance(value, Mapping):
            return "{" + ",".join(sorted(f"{key!r}:{self._text(item)}" for key, item in value.items())) + "}"
        if isinstance(value, (tuple, list)):
            return "[" + ",".join(self._text(item) for item in value) + "]"
        if isinstance(value, (set, frozenset)):
            return "(" + ",".join(sorted(self._text(item) for item in value)) + ")"
        if value is None or isinstance(value, (str, int, float, bool)):
            return repr(value)
        if isinstance(value, type) or callable(value):
            return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
        raise TypeError(f"a view may hold plain data, models and dataclasses only, not {type(value).__name__}")

    def _fresh(self, value: object) -> str:
        name = type(value).__qualname__
        if isinstance(value, BaseModel):
            return f"{name}{value.model_dump_json(warnings=False)}"
        inside = ",".join(f"{f.name}={self._text(getattr(value, f.name))}" for f in fields(value))  # type: ignore[arg-type]
        return f"{name}({inside})"


def code_digest(folders: Iterable[Path], *, without: Iterable[Path] = ()) -> str:
    """The digest of every source and data file in `folders`, of the tools' versions and of Python's.

    Files below `without` are left out: code that builds nothing.
    """
    left_out = frozenset(str(path) for path in without)
    found = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for tool in _TOOLS:
        try:
            found.update(f"{tool}={importlib.metadata.version(tool)}".encode())
        except importlib.metadata.PackageNotFoundError:
            found.update(f"{tool}=none".encode())
    for folder in folders:
        for path in sorted(_files(str(folder), left_out)):
            found.update(f"{path}\0".encode())
            with open(f"{folder}/{path}", "rb") as file:
                found.update(hashlib.sha256(file.read()).digest())
    return found.hexdigest()


def _files(folder: str, left_out: frozenset[str]) -> Iterator[str]:
    """Source and data files below `folder`, relative to it."""
    todo = [""]
    while todo:
        prefix = todo.pop()
        with os.scandir(f"{folder}/{prefix}") as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name != "__pycache__" and f"{folder}/{prefix}{entry.name}" not in left_out:
                        todo.append(f"{prefix}{entry.name}/")
                elif entry.is_file() and not entry.name.endswith((".pyc", ".pyo")):
                    yield prefix + entry.name
