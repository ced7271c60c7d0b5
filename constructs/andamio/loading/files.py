"""Reads files and folders of a catalog, or says why they cannot be read."""

from __future__ import annotations

import stat
from pathlib import Path

from andamio.checks.finding import Finding
from andamio.loading.mistakes import CODE_FILE, unreadable

__all__ = ["entries", "missing", "read_text"]


def missing(path: Path) -> bool:
    """Tell whether nothing stands at `path`; a link that leads nowhere is something."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def entries(folder: Path, file: str, findings: list[Finding]) -> list[Path]:
    """What lies in `folder`, sorted, hidden entries (of editors and systems) left out; nothing when it is missing.

    Adds a finding about `file` when it cannot be told: an unreadable folder is not an empty one.
    """
    if missing(folder):
        return []
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except NotADirectoryError:
        fix = "Move the file away; a folder belongs there"
        findings.append(Finding(code=CODE_FILE, file=file, means="is a file, not a folder", fix=fix))
    except OSError as error:
        findings.append(unreadable(file, error))
    return []


def read_text(path: Path, file: str, findings: list[Finding]) -> str | None:
    """The text of the file at `path`; None, and a finding added, when it cannot be read or is no UTF-8 text."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):  # reading a pipe or a device may never end
            fix = "Put a file there"
            findings.append(Finding(code=CODE_FILE, file=file, means="cannot be read: is no regular file", fix=fix))
            return None
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        findings.append(unreadable(file, error))
    except UnicodeDecodeError:
        findings.append(Finding(code=CODE_FILE, file=file, means="not UTF-8 text", fix="Save the file as UTF-8"))
    return None
