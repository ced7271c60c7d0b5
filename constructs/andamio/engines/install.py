"""Makes engines available: those that the machine lacks are built, one after the other."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from andamio.engines.build import build
from andamio.engines.cache import KEEP_BUILD_CACHE, build_folder, locked, publish, removed, root
from andamio.engines.engine import BuiltEngine, Engine
from andamio.engines.errors import BuildError
from andamio.engines.find import Where, find, folder_of, path, paths_of
from andamio.engines.go import Go
from andamio.engines.go_program import GoProgram, ModuleFiles
from andamio.engines.npm import NpmCommand, install_command
from andamio.engines.on_machine import MachineProgram
from andamio.engines.table import ENGINES, FILES, engine, module_files

__all__ = ["Progress", "chosen", "install"]

Progress = Callable[[str], None]
"""Takes one line on how far an installation is."""

_GB = 1_000_000_000


def chosen(names: Sequence[str]) -> tuple[tuple[Engine, ...], tuple[ModuleFiles, ...]]:
    """The engines and module files of these names; without a name, those that the tests need.

    An `EngineError` says which name there is not.
    """
    if not names:
        return tuple(row for row in ENGINES if row.needed_by_tests), FILES
    file_names = {row.name for row in FILES}
    return (
        tuple(engine(name) for name in names if name not in file_names),
        tuple(module_files(name) for name in names if name in file_names),
    )


def install(names: Sequence[str] = (), *, progress: Progress, keep_build_cache: bool | None = None) -> None:
    """Build what is asked for and not there yet; without a name, what the tests need.

    Args:
        names: Engines and module files by name.
        progress: Takes a line for each step.
        keep_build_cache: Whether Go's caches stay. Default: only when the environment says so.

    Raises:
        EngineError: A name is unknown or of a program that is not built and not on the machine, Go is missing or too
            old, the disk is full, a module is not served. What was built before stays, and so do Go's caches: the
            next call goes on from there.
    """
    engines, module_rows = chosen(names)
    for row in engines:
        if names and isinstance(row, MachineProgram):
            path(row.name)
    if not _missing(engines, module_rows, progress):
        return
    with locked(lambda: progress("another process builds engines; waiting for it")):
        missing = _missing(engines, module_rows, lambda _: None)
        if missing:
            _build_all(missing, progress)
        keep = bool(os.environ.get(KEEP_BUILD_CACHE)) if keep_build_cache is None else keep_build_cache
        if not keep and build_folder().exists():
            progress("removing Go's caches")
            removed(build_folder())


def _missing(
    engines: Iterable[Engine], module_rows: Iterable[ModuleFiles], progress: Progress
) -> tuple[BuiltEngine | ModuleFiles, ...]:
    """What is to be built, as it is neither on the machine nor there already."""
    missing: list[BuiltEngine | ModuleFiles] = [row for row in module_rows if not folder_of(row).is_dir()]
    for row in engines:
        found = find(row)
        if found is not None:
            place = "on this machine" if found.where is Where.MACHINE else "built already"
            progress(f"{row.name} {found.version} is {place}")
        elif isinstance(row, BuiltEngine):
            missing.append(row)
        elif isinstance(row, MachineProgram):
            progress(f"{row.name} is not on this machine. {row.advice}")
    return tuple(missing)


def _build_all(rows: Sequence[BuiltEngine | ModuleFiles], progress: Progress) -> None:
    go: Go | None = None
    for number, row in enumerate(rows, 1):
        count = f"[{number}/{len(rows)}] {row.name} {row.version}"
        started = time.monotonic()
        if isinstance(row, NpmCommand):
            progress(f"{count}: installing {row.module} by npm")
            _install_one(row)
        elif isinstance(row, GoProgram):
            progress(f"{count}: building {row.import_path}, which takes minutes")
            go = go or Go(build_folder())
            _build_one(row, go)
        elif isinstance(row, ModuleFiles):
            progress(f"{count}: reading files of {row.module}")
            go = go or Go(build_folder())
            _read_files(row, go)
        progress(f"{count}: done in {time.monotonic() - started:.0f} s")


def _install_one(row: NpmCommand) -> None:
    made = _work_folder(row)
    install_command(row, at=made, caches=build_folder())
    publish(made, folder_of(row))


def _build_one(row: GoProgram, go: Go) -> None:
    work = _work_folder(row)
    made = work / "made"
    made.mkdir()
    build(row, go, at=work, target=made / row.programs[0])
    shutil.copyfile(work / "go.sum", made / "go.sum")
    shutil.copyfile(work / "go.mod", made / "go.mod")
    publish(made, folder_of(row))


def _work_folder(row: BuiltEngine) -> Path:
    """An empty folder to make an engine in; a `BuildError` where the disk cannot hold what that takes."""
    free = shutil.disk_usage(root()).free
    if free < row.space * _GB:
        raise BuildError(
            f"The build of {row.name} takes up to {row.space} GB, and {root()} has {free / _GB:.1f} GB left. "
            "Free some space, or set XDG_CACHE_HOME to a folder on another disk."
        )
    work = build_folder() / "work" / row.name
    removed(work)
    work.mkdir(parents=True)
    return work


def _read_files(row: ModuleFiles, go: Go) -> None:
    source = go.module(row.module, row.version)
    made = build_folder() / "work" / row.name
    removed(made)
    made.mkdir(parents=True)
    for file in paths_of(row, source):
        target = made / file.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    publish(made, folder_of(row))
