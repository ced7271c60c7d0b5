"""Publishing: the only way into `dist/`. All or nothing, at any moment, whoever else is at it.

The new tree is built beside the old one and takes its place in one step. What the manifest does not own is
left alone, and what a person edited is never replaced unasked. See
`docs/decisions/0004-publishing-is-a-swap.md`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from pathlib import Path

from andamio.synthesis.ahead import Ahead
from andamio.synthesis.carry import carry_over
from andamio.synthesis.compare import Change, Report, compare
from andamio.synthesis.content import Part, check_parts
from andamio.synthesis.errors import storage
from andamio.synthesis.index import StatIndex
from andamio.synthesis.place import Place, locate, locked
from andamio.synthesis.stage import stage
from andamio.synthesis.steps import step
from andamio.synthesis.swap import flush_folder, needs_recovery, recover, swap
from andamio.synthesis.tree import Tree, scan

__all__ = ["Report", "plan", "publish"]


def publish(
    out: Path, parts: Mapping[str, Part], *, replace_edited: bool = False, ahead: Ahead | None = None
) -> Report:
    """Bring the folder `out` in step with `parts`, and leave everything else in it alone.

    Files that are as they should be keep inode and time; if all are, nothing is done. Files that a part no
    longer makes are removed, and folders that become empty by that. Parts that are not given, and files
    that nobody owns, stay.

    Args:
        out: the published folder; made if it does not exist. If it is a link, what it points to.
        parts: the parts to publish, by name.
        replace_edited: also replace and remove files of ours that were edited by hand, and files of others
            that are in the way; and take the folder over if it has no usable manifest. Default: no, an error.
        ahead: links of `out` that were begun before; closed at the end. Default: none.

    Returns:
        What was done.

    Raises:
        PublishError: nothing was published, and `out` is as it was; see the classes in `errors`.
    """
    check_parts(parts)
    with storage(os.fspath(out)):
        place = locate(out)
        if ahead and ahead.place != place:
            ahead.close()
            ahead = None
        with ahead or locked(place):
            if ahead is None or not ahead.ready():
                recover(place)
            index = StatIndex(place.index)
            tree, change = _look(place, parts, index, replace_edited=replace_edited)
            if change.report.in_step:
                _remember(index, tree, change, {})
                return change.report
            fresh = _replace(place, tree, change, ahead)
            _remember(index, tree, change, fresh)
            step("done")
            return change.report


def plan(out: Path, parts: Mapping[str, Part], *, replace_edited: bool = False) -> Report:
    """Return what `publish` would do, and write nothing.

    (Only if a killed run left `out` between two states, that is put right first.)

    Raises:
        PublishError: `publish` would raise it too.
    """
    check_parts(parts)
    with storage(os.fspath(out)):
        place = locate(out)
        lock = locked(place) if _may_be_locked(place) else nullcontext()
        with lock:
            if needs_recovery(place):
                recover(place)
            _, change = _look(place, parts, StatIndex(place.index), replace_edited=replace_edited)
            return change.report


def _may_be_locked(place: Place) -> bool:
    # Where nobody has published, or nobody can, there is no one to wait for.
    return os.access(f"{place.state}/lock", os.W_OK)


def _look(place: Place, parts: Mapping[str, Part], index: StatIndex, *, replace_edited: bool) -> tuple[Tree, Change]:
    tree = scan(place.out, skip=place.skip)
    change = compare(
        root=place.out,
        shown=place.shown,
        parts=parts,
        tree=tree,
        index=index,
        replace_edited=replace_edited,
    )
    return tree, change


def _replace(place: Place, tree: Tree, change: Change, ahead: Ahead | None) -> dict[str, os.stat_result]:
    """Stage, swap, and clear away the old tree; return the status of the files that are new."""
    try:
        fresh = stage(source=place.out, target=place.staged, tree=tree, change=change, ahead=ahead)
        old = swap(place)
    except BaseException:
        # The next run would do it too, but a full disk should not stay full until then, and an
        # interrupt between two renames should not leave `out` missing.
        with suppress(OSError):
            recover(place)
        raise
    step("swapped")
    flush_folder(str(Path(place.out).parent))
    # The new tree stands: what fails from here on is left for the next run to clear away.
    with suppress(OSError):
        if old is not None:
            copied = fresh.keys() - change.write.keys()
            carry_over(old=old, out=place.out, tree=tree, dropped=change.drop, copied=copied)
        recover(place)
    return fresh


def _remember(index: StatIndex, tree: Tree, change: Change, fresh: Mapping[str, os.stat_result]) -> None:
    known: dict[str, tuple[os.stat_result, str]] = {}
    for path, sha256 in change.hashes.items():
        if status := fresh.get(path) or tree.files.get(path):
            known[path] = (status, sha256)
    for path in change.others:
        status = tree.files.get(path)
        if status and (remembered := index.remembered(path, status)):
            known[path] = (status, remembered)
    index.save(known)
