"""Turns what goes wrong in a catalog file into findings: file, line, field, value and fix."""

from __future__ import annotations

import re
import sys
import traceback
from pathlib import Path
from types import ModuleType

from pydantic import ValidationError

import andamio.model
from andamio.checks.finding import Finding, did_you_mean
from andamio.loading.modules import PACKAGE
from andamio.loading.refusals import from_validation

__all__ = ["CODE_FILE", "file_in", "from_exception", "from_validation", "unreadable"]

CODE_FILE = "AND001"
"""A file that cannot be read or run."""

_PATH = re.compile(r" \((?:/|unknown location).*\)$")
"""Where an import error says that the module lies; the finding names the file already."""

_MEND = "Mend that line; a catalog file only declares, it needs nothing from outside"


def file_in(folder: Path, path: Path) -> str:
    """The file at `path` as findings name it: from the project on."""
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"


def from_exception(error: BaseException, folder: Path, path: Path) -> list[Finding]:
    """Findings for an exception that came up while the file at `path` of the catalog in `folder` was imported.

    They are about the file that was running then, which may be one that `path` imports.
    """
    culprit, line = _running(error, folder)
    file = file_in(folder, culprit or path)
    if isinstance(error, ValidationError):
        return from_validation(error, file, line)
    if isinstance(error, SyntaxError):
        inside = Path(error.filename) if error.filename else path
        return [_syntax(error, file_in(folder, inside if inside.is_relative_to(folder) else path))]
    if isinstance(error, OSError) and not (culprit and line):
        return [unreadable(file, error)]
    if isinstance(error, UnicodeDecodeError) and not (culprit and line):
        return [Finding(code=CODE_FILE, file=file, means="not UTF-8 text", fix="Save the file as UTF-8")]
    message = _message(error)
    return [
        Finding(
            code=CODE_FILE,
            file=file,
            line=line,
            means=f"the file raises {type(error).__name__}{f': {message}' if message else ''}",
            fix=_fix(error, message, folder),
        )
    ]


def unreadable(file: str, error: OSError) -> Finding:
    """The finding for a file that the system does not let us read."""
    return Finding(
        code=CODE_FILE,
        file=file,
        means=f"cannot be read: {error.strerror or error}",
        fix="Check that it exists and that you may read it",
    )


def _syntax(error: SyntaxError, file: str) -> Finding:
    text = (error.text or "").strip()
    return Finding(
        code=CODE_FILE,
        file=file,
        line=error.lineno,
        at="syntax",
        value=text or None,
        means=f"not Python: {error.msg}",
        fix="Take one side of the merge and delete its markers"
        if text.startswith(("<<<<<<<", "=======", ">>>>>>>"))
        else "Mend the line; everything else in the file is unread until then",
    )


def _fix(error: BaseException, message: str, folder: Path) -> str:
    """What to do about an exception, as precisely as it tells."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        if error.name.startswith(f"{PACKAGE}."):
            place = folder.joinpath(*error.name.split(".")[1:-1])
            names = [path.stem for path in place.glob("*.py")] if place.is_dir() else []
            return did_you_mean(error.name.rpartition(".")[2], names) or f"There is no such file in {folder.name}/"
        return "Remove the import: a catalog file needs `andamio.model` and other files of the catalog only"
    if isinstance(error, ImportError) and "partially initialized" in message:
        return "Files import each other in a circle; move what both need into a file of its own"
    if isinstance(error, ImportError) and (module := sys.modules.get(error.name or "")) is not None:
        # `name_from` exists since Python 3.12; before, the name stands in the message only.
        wanted = getattr(error, "name_from", None) or message.partition("'")[2].partition("'")[0]
        return did_you_mean(wanted, _public(module)) or f"{error.name} has {', '.join(_public(module))}"
    if isinstance(error, NameError) and error.name:
        return did_you_mean(error.name, andamio.model.__all__) or _MEND
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        return did_you_mean(error.name or "", _public(error.obj)) or _MEND
    if isinstance(error, TypeError) and "positional argument" in message:
        return 'Give every field by its name, such as name="orders"'
    return _MEND


def _message(error: BaseException) -> str:
    """The first line of what an exception says; code of a catalog may fail even at that."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        return ""
    return _PATH.sub("", lines[0]) if lines else ""


def _public(module: ModuleType) -> list[str]:
    return sorted(getattr(module, "__all__", None) or (name for name in vars(module) if not name.startswith("_")))


def _running(error: BaseException, folder: Path) -> tuple[Path | None, int | None]:
    """File and line of the catalog that ran when `error` was raised: the innermost; nothing where none did."""
    found: tuple[Path | None, int | None] = (None, None)
    for frame in traceback.extract_tb(error.__traceback__):
        if (path := Path(frame.filename)).is_relative_to(folder):
            found = (path, frame.lineno)
    return found
