"""`andamio init`: a project of one's own, from nothing but the installed package."""

from __future__ import annotations

import shutil
from pathlib import Path

from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError
from andamio.synthesis.composition import Composition
from andamio.synthesis.errors import StorageError, fix_of, printable, storage

__all__ = ["init"]

_TEMPLATE = Path(__file__).parents[1] / "templates" / "project"
_HARMLESS = {".git", ".venv", ".gitattributes", "LICENSE"}
"""What a folder may hold and still count as empty."""


def init(folder: Path) -> int:
    """Fill the empty `folder` and return the exit code. Replaces nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = sorted(entry.name for entry in folder.iterdir() if entry.name not in _HARMLESS)
    except OSError as error:
        what, fix = fix_of(error)
        raise StorageError(file=str(folder), what=f"cannot be used: {what}", fix=f"{fix}.") from error
    if found:
        shown = ", ".join(found[:5]) + (", ..." if len(found) > 5 else "")
        raise CommandError(
            f"{printable(str(folder))}: not empty ({printable(shown)}); run `andamio init` in an empty folder",
            code=ExitCode.REFUSED,
        )
    before = set(folder.iterdir())
    try:
        with storage(str(folder), doing="be written"):
            _fill(folder)
    except BaseException:  # a full disk, Ctrl-C: half a project would stand in the way of the next attempt
        for entry in set(folder.iterdir()) - before:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        raise
    terminal.print_line(f"Made a project in {printable(folder.resolve().name or str(folder))}. Next:")
    terminal.print_line("  1. put your own values into catalog/environments.py (each is marked)")
    terminal.print_line("  2. andamio synth, and commit everything, dist/ too")
    terminal.print_line("  3. andamio new service NAME")
    return ExitCode.OK


def _fill(folder: Path) -> None:
    """Copy all files of a new project."""
    _copy(_TEMPLATE, folder)
    (folder / "gitignore").rename(folder / ".gitignore")
    for composition in Composition.find(_TEMPLATE).folders:
        _copy(composition, folder / composition.name)


def _copy(source: Path, target: Path) -> None:
    """Copy the files below `source`, without what Python compiled; unlike `shutil.copytree`, end at the first error."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
