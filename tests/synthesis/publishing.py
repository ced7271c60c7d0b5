"""What the tests of publishing share: trees as plain data, parts from plain data."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from andamio.synthesis import place, swap
from andamio.synthesis.content import Part
from andamio.synthesis.publish import publish

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


ONE = parts_of(
    kubernetes={"dev/orders/Service.orders.yaml": "one", "dev/orders/Deployment.orders.yaml": "two"},
    terraform={"stacks/dev-network/cdk.tf.json": "{}"},
)
TWO = parts_of(
    kubernetes={"dev/orders/Service.orders.yaml": "ONE", "dev/carts/Service.carts.yaml": "three"},
    terraform={"stacks/dev-network/cdk.tf.json": "{}"},
)

OLD = parts_of(kubernetes={"a": "1", "b/c": "2", "b/d": "3", "e/f": "4"}, terraform={"x": "5"})
NEW = parts_of(kubernetes={"a": "1", "b/c": "22", "g/h/i": "6"}, terraform={"x": "5", "y": "7"})
FOREIGN = {"k8s/b/mine": "mine", "mine/too": "mine", "terraform/.terraform/provider": "binary"}
"""Files of others beside OLD."""


def go_the_way(way: str, out: Path, put: Callable[[object, str, object], None]) -> None:
    """Make publishing take one of its ways: by exchange, by renames, or entry by entry as in a mount point."""
    if way == "renames":
        put(swap, "exchange", lambda one, other: False)
    if way == "mount":
        put(place, "_is_mount", lambda path: path == os.path.realpath(out))


def prepare(out: Path) -> None:
    publish(out, OLD)
    for path, text in FOREIGN.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text)


def content_of(out: Path) -> dict[str, str | bytes]:
    return {path: found for path, found in tree_of(out).items() if not path.startswith(".andamio")}


def at_step(number: int, act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Call `act` before step `number`; returns the list that the names of the steps are added to."""
    names: list[str] = []

    def counted(name: str) -> None:
        names.append(name)
        if len(names) == number + 1:
            act()

    for module in ("stage", "swap", "tree", "publish"):
        monkeypatch.setattr(sys.modules[f"andamio.synthesis.{module}"], "step", counted)
    return names
