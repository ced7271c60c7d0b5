"""`manifest.json`: which files of the published folder are ours, and what they held when we wrote them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from andamio.synthesis.content import fault_of
from andamio.synthesis.errors import ManifestError
from andamio.synthesis.json import dump

FORMAT = 1
"""The format of the manifest that is written; a newer one is refused."""

_HEXADECIMAL = re.compile(r"[0-9a-f]+")

_NOTE = "Made by Andamio: every file it owns in this folder, by part, with its SHA-256. Do not edit."

_RESTORE = (
    "Restore it from git and synthesize again, or pass --replace-edited to take over the files "
    "that are synthesized and keep all others."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Owned:
    """What one part owns: its root folder, and the SHA-256 of each of its files by path."""

    root: str
    files: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """All parts by name. Default: none."""

    parts: Mapping[str, Owned] = field(default_factory=dict)

    def render(self) -> bytes:
        """Return the file: parts and paths sorted, a line each, no time and no version of ours.

        A part without files is left out, so that removing it leaves no trace.
        """
        parts = {
            name: {"root": part.root, "files": dict(sorted(part.files.items()))}
            for name, part in sorted(self.parts.items())
            if part.files
        }
        return dump({"//": _NOTE, "format": FORMAT, "parts": parts}).encode()

    @classmethod
    def parse(cls, data: bytes, *, file: str) -> Manifest:
        """Read a manifest that `render` wrote.

        Args:
            data: the bytes of the file.
            file: the file's name, for messages.

        Raises:
            ManifestError: it is damaged, or written by a newer Andamio.
        """
        if b"<<<<<<< " in data:
            raise ManifestError(
                file=file,
                what="has conflict markers of a merge",
                fix="Check the whole folder out from one side (git checkout --ours), then synthesize again.",
            )
        try:
            document: Any = json.loads(data)
            version = document["format"]
            if type(version) is int and version > FORMAT:
                raise _newer(file, version)
            if version != FORMAT or type(version) is not int:
                raise _damaged(file, f"format {version!r} is not known")
            parts = {name: _owned(name, entry, file) for name, entry in document["parts"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise _damaged(file, "it is not the JSON that Andamio writes") from error
        return cls(parts=parts)


def _owned(name: str, entry: Any, file: str) -> Owned:
    root, files = entry["root"], entry["files"]
    sound: set[str] = {""}
    # A path is checked as strictly as on writing: what the manifest lists may be removed.
    if root and (fault := fault_of(root, sound)):
        raise _damaged(file, f"the root {root!r} of part {name} {fault}")
    for path, value in files.items():
        if fault := fault_of(path, sound):
            raise _damaged(file, f"{path!r} in part {name} {fault}")
        if type(value) is not str or len(value) != 64:
            raise _damaged(file, f"the hash of {path} is not a SHA-256")
    if files and not _HEXADECIMAL.fullmatch("".join(files.values())):
        raise _damaged(file, f"a hash of part {name} is not a SHA-256")
    return Owned(root=root, files=files)


def _newer(file: str, version: int) -> ManifestError:
    error = ManifestError(
        file=file,
        what=f"has format {version}, this Andamio reads up to {FORMAT}",
        fix="Upgrade Andamio to the version that the others use.",
    )
    error.replaceable = False
    return error


def _damaged(file: str, what: str) -> ManifestError:
    return ManifestError(file=file, what=f"damaged: {what}", fix=_RESTORE)
