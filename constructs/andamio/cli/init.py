"""`andamio init`: a project of one's own, from nothing but the installed package."""

from __future__ import annotations

import shutil
from pathlib import Path

from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError
from andamio.synthesis.composition import Composition

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
        raise CommandError(f"{folder}: cannot be used: {error.strerror}", code=ExitCode.REFUSED) from error
    if found:
        shown = ", ".join(found[:5]) + (", ..." if len(found) > 5 else "")
        raise CommandError(
            f"{folder}: not empty ({shown}); run `andamio init` in an empty folder", code=ExitCode.REFUSED
        )
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    try:
        shutil.copytree(_TEMPLATE, folder, dirs_exist_ok=True, ignore=ignored)
        (folder / "gitignore").rename(folder / ".gitignore")
        for composition in Composition.find(_TEMPLATE).folders:
            shutil.copytree(composition, folder / composition.name, ignore=ignored)
    except OSError as error:
        raise CommandError(f"{error.filename}: cannot be written: {error.strerror}", code=ExitCode.REFUSED) from error
    terminal.print_line(f"Made a project in {folder}. Next:")
    terminal.print_line("  1. put your own values into catalog/environments.py (each is marked)")
    terminal.print_line("  2. andamio synth, and commit everything, dist/ too")
    terminal.print_line("  3. andamio new service NAME")
    return ExitCode.OK
