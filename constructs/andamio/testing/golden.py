"""Golden folders: synthesized files that are committed beside a test, so that a change of them is seen and meant."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path

from andamio.testing.objects import FolderObjects

__all__ = ["UPDATE_VARIABLE", "assert_golden"]

UPDATE_VARIABLE = "ANDAMIO_UPDATE_GOLDEN"
"""Environment variable that, set to `1`, makes `assert_golden` write instead of compare."""

_MARK = "# Made by Andamio "
_LINES_SHOWN = 200


def assert_golden(folder: FolderObjects | Mapping[str, str], path: Path, *, update: bool | None = None) -> None:
    """Fail, with a diff, unless the files in `path` are exactly those of `folder` (name → text).

    With `update` the files are written instead, and those that Andamio made before and makes no more are removed.
    Default: as `ANDAMIO_UPDATE_GOLDEN` says, which the option `--andamio-update-golden` of
    `andamio.testing.pytest_options` sets. A file that Andamio did not make is never replaced or removed.
    """
    wanted = dict(folder.files if isinstance(folder, FolderObjects) else folder)
    present = _read(path)
    if os.environ.get(UPDATE_VARIABLE) == "1" if update is None else update:
        _write(path, wanted, present)
        return
    if wanted == present:
        return
    raise AssertionError(_difference(path, present, wanted))


def _read(path: Path) -> dict[str, str]:
    if not path.is_dir():
        return {}
    return {
        file.relative_to(path).as_posix(): file.read_bytes().decode(errors="replace")
        for file in sorted(path.rglob("*"))
        if file.is_file()
    }


def _write(path: Path, wanted: Mapping[str, str], present: Mapping[str, str]) -> None:
    strange = sorted(name for name, text in present.items() if wanted.get(name) != text and not text.startswith(_MARK))
    if strange:
        raise AssertionError(f"{path} holds what Andamio did not make: {', '.join(strange)}. Give a folder of its own")
    for name in sorted(set(present) - set(wanted)):
        (path / name).unlink()
    for name, text in wanted.items():
        if present.get(name) != text:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(text.encode())


def _difference(path: Path, present: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    changed = sorted(name for name in {*present, *wanted} if present.get(name) != wanted.get(name))
    lines = [f"{path} is not what the catalog makes: {len(changed)} files differ ({', '.join(changed)})."]
    lines.append(f"If that is meant, run the test once with {UPDATE_VARIABLE}=1 and commit the folder.")
    for name in changed:
        old, new = (text.splitlines() for text in (present.get(name, ""), wanted.get(name, "")))
        names = (f"committed/{name}" if name in present else "/dev/null", name if name in wanted else "/dev/null")
        lines.extend(difflib.unified_diff(old, new, *names, lineterm=""))
    left = len(lines) - _LINES_SHOWN
    return "\n".join([*lines[:_LINES_SHOWN], *([f"... and {left} more lines"] if left > 0 else [])])
