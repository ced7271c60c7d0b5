"""What is published: parts of files, each with a hash that is known before its bytes are read."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from andamio.synthesis.errors import ContentError

MANIFEST = "manifest.json"
"""The file at the top of the published folder that lists what is ours."""

STATE = ".andamio"
"""The folder of what publishing keeps beside the published folder; not committed."""

# What nearly all paths look like; the others are looked at piece by piece.
_USUAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@+=,~-]{0,199}(?:/[A-Za-z0-9_][A-Za-z0-9_.:@+=,~-]{0,199})+")
_SOUND = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@+=,~-]{0,199}")
_CONTROL = re.compile("[\x00-\x1f\x7f\\\\\ud800-\udfff]")
_HASH = re.compile(r"[0-9a-f]{64}")

_FIX = "This is a mistake in the code that named the file."


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """One file to publish.

    Attributes:
        sha256: the hash of its bytes, in lower-case hexadecimal.
        read: gives the bytes; called only if the file must be written.
    """

    sha256: str
    read: Callable[[], bytes]

    @classmethod
    def of(cls, content: bytes | str) -> File:
        """Return the file that holds `content`; text is written as UTF-8."""
        data = content.encode() if isinstance(content, str) else content
        return cls(sha256=digest(data), read=partial(bytes, data))


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A named set of files that is published, and left alone, as a whole.

    Attributes:
        root: the folder of the published folder that holds all its files, such as `k8s`; "" means that
            its files may lie anywhere.
        files: path, relative to the published folder and with `/`, to file. Default: none, which removes
            what the part has published before.
    """

    root: str
    files: Mapping[str, File] = field(default_factory=dict)

    @classmethod
    def of(cls, *, root: str, contents: Mapping[str, bytes | str]) -> Part:
        """Return the part whose files hold `contents`."""
        return cls(root=root, files={path: File.of(content) for path, content in contents.items()})


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data` in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def is_hash(text: object) -> bool:
    """Tell whether `text` is a SHA-256 in lower-case hexadecimal."""
    return isinstance(text, str) and _HASH.fullmatch(text) is not None


def check_parts(parts: Mapping[str, Part]) -> None:
    """Check every name, root, path and hash of `parts`, each on its own.

    Raises:
        ContentError: one is absolute, has `..`, lies outside of its part's root, or is not sound.
    """
    sound: set[str] = {""}
    for name, part in parts.items():
        if not _SOUND.fullmatch(name):
            raise ContentError(file=f"part {name!r}", what="not a name of letters, digits, - and _", fix=_FIX)
        if part.root and (fault := fault_of(part.root, sound)):
            raise ContentError(file=f"part {name}", what=f"the root {part.root!r} {fault}", fix=_FIX)
        inside = f"{part.root}/" if part.root else ""
        for path, file in part.files.items():
            if fault := fault_of(path, sound):
                raise ContentError(file=str(path), what=fault, fix=_FIX)
            if not path.startswith(inside):
                raise ContentError(file=path, what=f"lies outside of {inside}, the root of part {name}", fix=_FIX)
            if not is_hash(file.sha256):
                raise ContentError(file=path, what=f"{file.sha256!r} is not a SHA-256", fix=_FIX)


def fault_of(path: object, sound: set[str]) -> str | None:
    """Return what is wrong with `path` as a path below the published folder, or None.

    `sound` remembers folders that were found right, for the next call.
    """
    if not isinstance(path, str) or not path:
        return "is not a path"
    if path[0] == "/":
        return "is absolute"
    if _USUAL.fullmatch(path) and not path.startswith(f"{MANIFEST}/"):
        return None
    folder, _, name = path.rpartition("/")
    if folder not in sound:
        if fault := fault_of(folder, sound):
            return fault
        sound.add(folder)
    if _SOUND.fullmatch(name) and (folder or name != MANIFEST):
        return None
    if not name:
        return "has an empty part, or a slash at its end"
    if name in {".", ".."}:
        return f"has a part {name!r}"
    if _CONTROL.search(name):
        return "has a control character or a backslash"
    if len(name.encode()) > 255:
        return "has a part of more than 255 bytes, which no file system takes"
    if name == ".git" or (not folder and name in {MANIFEST, STATE}):
        return f"has the reserved name {name!r}"
    return None


def check_together(owners: Iterable[tuple[str, Iterable[str]]]) -> set[str]:
    """Check that all paths of all parts can lie in one folder, and return the folders that they need.

    Names that differ only in case, or only in how Unicode composes them, are one file on macOS and Windows.

    Raises:
        ContentError: two parts own one path, two paths differ only in case, or one is a file and a folder.
    """
    files: dict[str, tuple[str, str]] = {}
    folders: set[str] = set()
    folded_folders: dict[str, str] = {}
    for owner, paths in owners:
        for path in paths:
            seen, other = files.setdefault(_folded(path), (path, owner))
            if other != owner:
                raise ContentError(file=path, what=f"is in the parts {other} and {owner}", fix=_FIX)
            if seen != path:
                raise _alike(path, seen)
            folder = path.rpartition("/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                if (seen := folded_folders.setdefault(_folded(folder), folder)) != folder:
                    raise _alike(folder, seen)
                folder = folder.rpartition("/")[0]
    for folded, folder in folded_folders.items():
        if folded in files:
            raise ContentError(file=files[folded][0], what=f"is a file, and {folder}/ a folder", fix=_FIX)
    return folders


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path.casefold())


def _alike(path: str, other: str) -> ContentError:
    return ContentError(
        file=path, what=f"differs from {other} only in case, which is one name on macOS and Windows", fix=_FIX
    )
