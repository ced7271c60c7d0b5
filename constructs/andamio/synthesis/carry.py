"""What someone else changed in the old tree while the new one was built is brought over.

Terraform may write beside a stack, and an editor may save, in that short time. Nothing of it is lost: what
is new or replaced moves over, and what is gone goes. Where it is one of our files, the next run names it as
edited by hand. (A file that is written in place needs nothing: both trees hold the same one.)
"""

# ruff: noqa: PTH103, PTH105, PTH108, PTH120

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from andamio.synthesis.steps import step
from andamio.synthesis.tree import TICK, Tree, scan, unlike


def carry_over(*, old: str, out: str, tree: Tree, dropped: Iterable[str], copied: Iterable[str]) -> None:
    """Bring into `out` what differs between the folder `old` now and `tree`, which it was when scanned.

    Only folders whose time has changed are looked into, so this costs next to nothing when nobody was there.

    Args:
        old: where the old tree is now.
        out: where the new tree is now.
        tree: the old tree as the new one was made from.
        dropped: its files and links that the new tree does not have, or has with another content.
        copied: its files that the new tree has as a copy instead of a link.
    """
    gone: set[str] = set()
    look = {""}
    for folder, before in tree.folders.items():
        try:
            now = os.lstat(f"{old}/{folder}")
        except (FileNotFoundError, NotADirectoryError):
            gone |= tree.inside(folder)
            continue
        if now.st_mtime_ns != before.st_mtime_ns or now.st_mtime_ns >= tree.taken - TICK:
            look.add(folder)
    suspects = {*dropped, *copied} - gone
    for folder in sorted(look):
        suspects |= _look_into(old, out, folder, tree)
    suspects |= {path for path in tree.inside("") if path.rpartition("/")[0] in look} - gone
    for path in sorted(suspects):
        try:
            now = os.lstat(f"{old}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            gone.add(path)
            continue
        known = tree.files.get(path) or tree.links.get(path)
        if known is None or unlike(known, now):
            _move(old, out, path)
    for path in sorted(gone - set(dropped)):
        step(f"drop {path}")
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            os.unlink(f"{out}/{path}")


def _look_into(old: str, out: str, folder: str, tree: Tree) -> set[str]:
    """Make the folders of `out` that are new in `folder`, and return the files and links that are."""
    found: set[str] = set()
    prefix = f"{folder}/" if folder else ""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(f"{old}/{folder}") as entries:
        for entry in entries:
            path = prefix + entry.name
            if not entry.is_dir(follow_symlinks=False):
                found.add(path)
            elif path not in tree.folders:
                new = scan(f"{old}/{path}")
                for below in ("", *sorted(new.folders)):
                    step(f"carry {path}/{below}")
                    with suppress(FileExistsError, NotADirectoryError):
                        os.makedirs(f"{out}/{path}/{below}", exist_ok=True)
                found |= {f"{path}/{below}" for below in new.inside("")}
    return found


def _move(old: str, out: str, path: str) -> None:
    step(f"carry {path}")
    with suppress(FileExistsError, NotADirectoryError, IsADirectoryError):
        os.makedirs(os.path.dirname(f"{out}/{path}"), exist_ok=True)
        os.replace(f"{old}/{path}", f"{out}/{path}")
