"""What the tests of publishing share: trees as plain data, parts from plain data."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

from andamio.synthesis.content import Part

ROOTS = {"kubernetes": "k8s", "terraform": "terraform"}


def parts_of(**contents: Mapping[str, str]) -> dict[str, Part]:
    """Parts by name, each from path below its root to text."""
    return {
        name: Part.of(root=ROOTS[name], contents={f"{ROOTS[name]}/{path}": text for path, text in files.items()})
        for name, files in contents.items()
    }


def tree_of(folder: Path) -> dict[str, str | bytes]:
    """Everything below `folder`: files by their bytes, links by their target, folders as "folder"."""
    found: dict[str, str | bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_dir():
            found[name] = "folder"
        else:
            found[name] = path.read_bytes()
    return found


def marks_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Inode and time of every file below `folder`."""
    files = [path for path in folder.rglob("*") if stat.S_ISREG(path.lstat().st_mode)]
    return {path.relative_to(folder).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def state_of(out: Path) -> list[str]:
    """What publishing keeps beside `out`."""
    return names_in(out.parent / ".andamio" / f"publish-{out.name}")


def names_in(folder: Path) -> list[str]:
    """The names of what lies in `folder`, sorted."""
    return sorted(path.name for path in folder.iterdir())
