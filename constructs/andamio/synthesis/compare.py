"""What publishing would do: wanted parts beside what stands on disk and what the manifest owns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from andamio.synthesis.content import MANIFEST, File, Part, check_together
from andamio.synthesis.errors import ForeignFileError, HandEditedError, ManifestError
from andamio.synthesis.index import StatIndex
from andamio.synthesis.manifest import Manifest, Owned
from andamio.synthesis.tree import Tree

_REPLACE = "Move them away, or pass --replace-edited to replace them."


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What publishing did, or would do. All paths are sorted and relative to the published folder.

    Attributes:
        added: files that were not there.
        changed: files that get another content.
        removed: files that no part makes any more.
        unchanged: files that are as they should be and are not touched.
        replaced: those of `changed` and `removed` that a person had written or edited; empty unless
            that was asked for.
        manifest_changed: the manifest gets another content.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    manifest_changed: bool = False

    @property
    def in_step(self) -> bool:
        """Tell whether the published folder already is what the parts make."""
        return not (self.added or self.changed or self.removed or self.manifest_changed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A report with what is needed to carry it out.

    Attributes:
        report: what it does, for people.
        write: every file to write, the manifest among them.
        drop: files and links that do not go on to the new tree (replaced or removed ones).
        hollow: folders that held files of ours and go when nothing is left in them.
        hashes: the hash of every file of the parts as it will stand.
        others: the files of all other parts, which were not looked at.
    """

    report: Report
    write: Mapping[str, File]
    drop: frozenset[str]
    hollow: frozenset[str]
    hashes: Mapping[str, str]
    others: frozenset[str]


def compare(
    *, root: str, shown: str, parts: Mapping[str, Part], tree: Tree, index: StatIndex, replace_edited: bool
) -> Change:
    """Return what it takes to bring `root` in step with `parts`, leaving all other parts alone.

    Args:
        root: the published folder.
        shown: how a person wrote it, for messages.
        parts: the parts to publish, already checked one by one.
        tree: what stands below `root`.
        index: remembered hashes.
        replace_edited: replace what a person wrote, instead of raising an error.

    Raises:
        ContentError: paths of the parts, those in the manifest included, exclude each other.
        ManifestError: files of ours stand there without a manifest, or it is damaged or newer.
        HandEditedError: a file of ours was edited and would be replaced or removed.
        ForeignFileError: a file that is not ours stands where one of ours must go.
    """
    hash_of = _hasher(root, tree, index)
    old, standing = _manifest(root, shown, tree, replace_edited=replace_edited)
    others = {name: owned for name, owned in old.parts.items() if name not in parts}
    wanted = {path: file for part in parts.values() for path, file in part.files.items()}
    folders = check_together(
        [(name, part.files) for name, part in parts.items()] + [(name, owned.files) for name, owned in others.items()]
    )
    if standing is None:
        _refuse_without_manifest(shown, parts, wanted, tree, hash_of, replace_edited=replace_edited)
    owned_before = {
        path: sha256 for name in parts if name in old.parts for path, sha256 in old.parts[name].files.items()
    }

    added, changed, removed, unchanged, edited, foreign = [], [], [], [], [], []
    for path, file in wanted.items():
        now = hash_of(path)
        if now is None:
            added.append(path)
        elif now == file.sha256:
            unchanged.append(path)
        else:
            changed.append(path)
            if path not in owned_before:
                foreign.append(path)
            elif now != owned_before[path]:
                edited.append(path)
    for path, sha256 in owned_before.items():
        if path not in wanted and (now := hash_of(path)) is not None:
            removed.append(path)
            if now != sha256:
                edited.append(path)
    # A file or a link where a folder must be: ours and on its way out, or in the way.
    leaving = set(removed)
    for folder in folders:
        if (folder in tree.files or folder in tree.links) and folder not in leaving:
            foreign.append(folder)
            removed.append(folder)
            leaving.add(folder)

    if edited and not replace_edited:
        raise HandEditedError(
            file=shown,
            what="edited by hand, and would be replaced or removed",
            fix="Move the edits into the catalog and synthesize again, or pass --replace-edited to drop them.",
            paths=edited,
        )
    if foreign and not replace_edited:
        raise ForeignFileError(
            file=shown, what="not Andamio's, and in the way of what it writes", fix=_REPLACE, paths=foreign
        )
    hollow = _folders_of(owned_before)
    _refuse_full_folders(shown, wanted, tree, leaving | hollow)

    parts_after = {name: Owned(root=owned.root, files=owned.files) for name, owned in others.items()}
    for name, part in parts.items():
        files = {path: file.sha256 for path, file in part.files.items()}
        parts_after[name] = Owned(root=part.root, files=files)
    rendered = Manifest(parts=parts_after).render()
    report = Report(
        added=tuple(sorted(added)),
        changed=tuple(sorted(changed)),
        removed=tuple(sorted(removed)),
        unchanged=tuple(sorted(unchanged)),
        replaced=tuple(sorted([*edited, *foreign])),
        manifest_changed=rendered != standing,
    )
    write = {path: wanted[path] for path in (*added, *changed)}
    drop = {*changed, *removed}
    if report.manifest_changed:
        write[MANIFEST] = File.of(rendered)
        drop.add(MANIFEST)
    return Change(
        report=report,
        write=write,
        drop=frozenset(drop),
        hollow=frozenset(hollow),
        hashes={path: file.sha256 for path, file in wanted.items()},
        others=frozenset(path for owned in others.values() for path in owned.files),
    )


def _hasher(root: str, tree: Tree, index: StatIndex) -> Callable[[str], str | None]:
    """Return a function from path to hash: None where nothing stands, "" for what is no plain file."""
    known: dict[str, str] = {}

    def hash_of(path: str) -> str | None:
        if (found := known.get(path)) is not None:
            return found
        if (status := tree.files.get(path)) is None:
            return "" if path in tree.links else None
        known[path] = index.sha256(path, status, f"{root}/{path}") or ""
        return known[path]

    return hash_of


def _manifest(root: str, shown: str, tree: Tree, *, replace_edited: bool) -> tuple[Manifest, bytes | None]:
    """Return the manifest that stands there and its bytes; an empty one and None if there is none."""
    file = f"{shown}/{MANIFEST}"
    if MANIFEST in tree.folders or MANIFEST in tree.links:
        raise ManifestError(file=file, what="is no plain file", fix="Move it away and synthesize again.")
    if MANIFEST not in tree.files:
        return Manifest(), None
    data = Path(root, MANIFEST).read_bytes()
    try:
        return Manifest.parse(data, file=file), data
    except ManifestError as error:
        if replace_edited and error.replaceable:
            return Manifest(), None
        raise


def _refuse_without_manifest(
    shown: str,
    parts: Mapping[str, Part],
    wanted: Mapping[str, File],
    tree: Tree,
    hash_of: Callable[[str], str | None],
    *,
    replace_edited: bool,
) -> None:
    if replace_edited:
        return
    roots = tuple(f"{part.root}/" if part.root else "" for part in parts.values())
    strangers = [
        path
        for path in (*tree.files, *tree.links)
        if path.startswith(roots) and path != MANIFEST
        if path not in wanted or wanted[path].sha256 != hash_of(path)
    ]
    if strangers:
        raise ManifestError(
            file=f"{shown}/{MANIFEST}",
            what="missing, and files stand where Andamio writes, so nobody knows whose they are",
            fix="Restore the manifest from git, move the files away, or pass --replace-edited to replace those "
            "that Andamio makes and keep the others.",
            paths=strangers,
        )


def _refuse_full_folders(shown: str, wanted: Mapping[str, File], tree: Tree, leaving: set[str]) -> None:
    """Refuse a folder where a file must be, unless all that is in it goes anyway."""
    blocked = [path for path in wanted if path in tree.folders]
    for path in blocked:
        inside = [
            found
            for found in (*tree.files, *tree.links, *tree.folders)
            if found.startswith(f"{path}/") and found not in leaving
        ]
        if inside:
            raise ForeignFileError(
                file=f"{shown}/{path}",
                what="a folder that holds what is not Andamio's, where it must write a file",
                fix="Move the folder away and synthesize again.",
                paths=inside,
            )


def _folders_of(paths: Mapping[str, str]) -> set[str]:
    folders: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    return folders
