"""Makes engines available: those that the machine lacks are built or downloaded, one after the other."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from andamio.engines.build import build
from andamio.engines.cache import KEEP_BUILD_CACHE, build_folder, locked, publish, remove_left_build, removed, root
from andamio.engines.engine import BuiltEngine, Engine
from andamio.engines.errors import BuildError
from andamio.engines.find import Where, find, folder_of, path, paths_of, this_machine
from andamio.engines.go import Go
from andamio.engines.go_program import GoProgram, ModuleFiles
from andamio.engines.npm import NpmCommand, install_command
from andamio.engines.on_machine import MachineProgram
from andamio.engines.released import NotServedError, fetch
from andamio.engines.table import ENGINES, FILES, engine, module_files

__all__ = ["RELEASED", "Progress", "chosen", "install"]

Progress = Callable[[str], None]
"""Takes one line on how far an installation is."""

RELEASED = "ANDAMIO_ENGINES_RELEASED"
"""Environment variable that has binaries downloaded, where projects publish them, when it is set."""

_GB = 1_000_000_000
_PLACES = {Where.MACHINE: "on this machine", Where.BUILT: "built already", Where.RELEASED: "downloaded already"}


def chosen(names: Sequence[str]) -> tuple[tuple[Engine, ...], tuple[ModuleFiles, ...]]:
    """The engines and module files of these names; without a name, all: the tests need each.

    An `EngineError` says which name there is not.
    """
    if not names:
        return ENGINES, FILES
    file_names = {row.name for row in FILES}
    return (
        tuple(engine(name) for name in names if name not in file_names),
        tuple(module_files(name) for name in names if name in file_names),
    )


def install(
    names: Sequence[str] = (),
    *,
    progress: Progress,
    keep_build_cache: bool | None = None,
    released: bool | None = None,
) -> None:
    """Build what is asked for and not there yet; without a name, what the tests need.

    Args:
        names: Engines and module files by name.
        progress: Takes a line for each step.
        keep_build_cache: Whether Go's caches stay. Default: only when the environment says so.
        released: Whether programs are downloaded where their projects publish them with a checksum; what cannot be
            had is built. Default: only when the environment says so.

    Raises:
        EngineError: A name is unknown or of a program that is not built and not on the machine, Go is missing or too
            old, the disk is full, a module is not served, a download is not what its project publishes. What was made
            before stays, and so do Go's caches: the next call goes on from there.
    """
    engines, module_rows = chosen(names)
    for row in engines:
        if names and isinstance(row, MachineProgram):
            path(row.name)
    keep = _is_set(KEEP_BUILD_CACHE) if keep_build_cache is None else keep_build_cache
    if not _missing(engines, module_rows, progress):
        if not keep and remove_left_build():
            progress("removed Go's caches, which an interrupted call had left")
        return
    with locked(lambda: progress("another process builds engines; waiting for it")):
        missing = _missing(engines, module_rows, lambda _: None)
        if missing:
            _make_all(missing, progress, released=_is_set(RELEASED) if released is None else released)
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
            progress(f"{row.name} {found.version} is {_PLACES[found.where]}")
        elif isinstance(row, BuiltEngine):
            missing.append(row)
        elif isinstance(row, MachineProgram):
            progress(f"{row.name} is not on this machine. {row.advice}")
    return tuple(missing)


def _is_set(variable: str) -> bool:
    return bool(os.environ.get(variable))


def _make_all(rows: Sequence[BuiltEngine | ModuleFiles], progress: Progress, *, released: bool) -> None:
    go: Go | None = None
    for number, row in enumerate(rows, 1):
        tell = partial(_tell, progress, f"[{number}/{len(rows)}] {row.name} {row.version}")
        started = time.monotonic()
        if isinstance(row, NpmCommand):
            tell(f"installing {row.module} by npm")
            _install_one(row)
        elif isinstance(row, GoProgram):
            if not (released and _downloaded(row, tell)):
                tell(f"building {row.import_path}, which takes minutes")
                go = go or Go(build_folder())
                _build_one(row, go)
        elif isinstance(row, ModuleFiles):
            tell(f"reading files of {row.module}")
            go = go or Go(build_folder())
            _read_files(row, go)
        tell(f"done in {time.monotonic() - started:.0f} s")


def _tell(progress: Progress, what: str, line: str) -> None:
    progress(f"{what}: {line}")


def _install_one(row: NpmCommand) -> None:
    made = _work_folder(row)
    install_command(row, at=made, caches=build_folder())
    publish(made, folder_of(row))


def _downloaded(row: GoProgram, progress: Progress) -> bool:
    """Whether the program could be had as its project publishes it; why not, is told."""
    binary = row.released.of(row.version, this_machine()) if row.released else None
    if binary is None:
        return False
    progress(f"downloading {binary.address}")
    made = _work_folder(row, space=1)
    try:
        fetch(binary, at=made, name=row.programs[0])
    except NotServedError as error:
        progress(f"{error}; building it")
        return False
    publish(made, folder_of(row))
    return True


def _build_one(row: GoProgram, go: Go) -> None:
    work = _work_folder(row)
    made = work / "made"
    made.mkdir()
    build(row, go, at=work, target=made / row.programs[0])
    shutil.copyfile(work / "go.sum", made / "go.sum")
    shutil.copyfile(work / "go.mod", made / "go.mod")
    publish(made, folder_of(row))


def _work_folder(row: BuiltEngine, *, space: int | None = None) -> Path:
    """An empty folder to make an engine in; a `BuildError` where the disk cannot hold what that takes.

    That is what its row says, unless `space` (GB) is given.
    """
    free = shutil.disk_usage(root()).free
    needed = row.space if space is None else space
    if free < needed * _GB:
        raise BuildError(
            f"Making {row.name} takes up to {needed} GB, and {root()} has {free / _GB:.1f} GB left. "
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
