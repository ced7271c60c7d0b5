"""Builds one engine from the Go module proxy.

The recipe that works for programs whose go.mod replaces modules: a go.mod of one's own that requires the program's
module and repeats the replacements, and a copy of upstream's go.sum, so that every module is verified by the hashes
that upstream recorded.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from andamio.engines.errors import BuildError
from andamio.engines.go import Go
from andamio.engines.go_program import GoProgram

__all__ = ["build", "go_mod", "replacements"]

_EDITED = "source"
"""Folder of a module's copy, where it is edited."""


def build(engine: GoProgram, go: Go, *, at: Path, target: Path) -> None:
    """Build an engine's program as the file `target`; `at` is an empty folder for its go.mod."""
    source = go.module(engine.module, engine.version)
    upstream = go.go_mod(source)
    go.require(upstream.get("Go", "1.21"), f"{engine.name} {engine.version}")
    (at / "go.mod").write_text(go_mod(engine, upstream), encoding="utf-8")
    (at / "go.sum").unlink(missing_ok=True)
    if (source / "go.sum").exists():
        shutil.copyfile(source / "go.sum", at / "go.sum")
        (at / "go.sum").chmod(0o600)
    if engine.edits:
        _edited(engine, source, at / _EDITED)
    if engine.main:
        (at / "main.go").write_text(engine.source, encoding="utf-8")
    values = " ".join(f"-X {name}={value}" for name, value in engine.linker_values.items())
    go.run(
        "build",
        "-mod=mod",
        "-modcacherw",
        "-buildvcs=false",
        "-trimpath",
        "-ldflags",
        f"-s -w {values}".strip(),
        "-o",
        str(target),
        engine.import_path,
        at=at,
    )


def _edited(engine: GoProgram, source: Path, target: Path) -> None:
    """Copy a module and edit the copy; a `BuildError` where a text is not there once."""
    shutil.copytree(source, target, copy_function=shutil.copyfile)
    for folder in (target, *target.rglob("*")):
        folder.chmod(0o700 if folder.is_dir() else 0o600)
    for edit in engine.edits:
        file = target / edit.file
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if text.count(edit.old) != 1:
            raise BuildError(
                f"{engine.name}: {edit.file} of {engine.module} {engine.version} has not once {edit.old!r}."
            )
        file.write_text(text.replace(edit.old, edit.new), encoding="utf-8")


def go_mod(engine: GoProgram, upstream: dict[str, Any]) -> str:
    """The go.mod with which an engine is built; `upstream` is the one of its module."""
    lines = [
        f"module andamio.dev/engines/{engine.name}",
        f"go {upstream.get('Go', '1.21')}",
        f"require {engine.module} {engine.version}",
        *((f"replace {engine.module} => ./{_EDITED}",) if engine.edits else ()),
        *(f"replace {old} => {new}" for old, new in replacements(engine, upstream).items()),
    ]
    return "\n".join(lines) + "\n"


def replacements(engine: GoProgram, upstream: dict[str, Any]) -> dict[str, str]:
    """What is replaced by what: upstream's replacements by version, and those by folder as the table says.

    A folder of the repository is not served with the module; where the module in it is served under its own name, the
    table gives the version, else the replacement goes.
    """
    found: dict[str, str] = {}
    for entry in upstream.get("Replace") or ():
        old, new = entry["Old"], entry["New"]
        name = f"{old['Path']} {old['Version']}" if old.get("Version") else old["Path"]
        if new.get("Version"):
            found[name] = f"{new['Path']} {new['Version']}"
            continue
        version = engine.local_replacements.get(old["Path"], engine.local_replacements.get("*"))
        if version is not None:
            found[name] = f"{old['Path']} {version}"
    unknown = set(engine.local_replacements) - {"*"} - {name.split(" ")[0] for name in found}
    if unknown:
        raise BuildError(f"{engine.name}: its go.mod replaces no {', '.join(sorted(unknown))} by a folder.")
    for old_path, replacement in engine.additional_replacements.items():
        path, _, version = replacement.partition("@")
        found[old_path] = f"{path} {version}"
    return found
