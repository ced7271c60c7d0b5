"""Finds engines: on the machine where the version fits, else among those that were built."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from andamio.engines.cache import root
from andamio.engines.engine import BuiltEngine, Engine
from andamio.engines.errors import EngineError, MissingEngineError
from andamio.engines.go_program import ModuleFiles
from andamio.engines.on_machine import MachineProgram
from andamio.engines.released import MARK, Machine
from andamio.engines.table import engine, module_files

__all__ = ["Found", "Where", "built_program", "files", "find", "folder_of", "path", "paths_of", "this_machine"]

_VERSION = re.compile(r"v?(\d+\.\d+\.\d+)")
_PATIENCE = 20


class Where(StrEnum):
    """Where a program was found."""

    MACHINE = "machine"
    BUILT = "built"
    RELEASED = "released"


@dataclass(frozen=True, kw_only=True)
class Found:
    """A program that can be run."""

    path: Path
    version: str
    """Its version, without a leading `v`."""

    where: Where


def find(wanted: Engine) -> Found | None:
    """The engine's program: on PATH where its version fits, else built or downloaded; None where there is neither."""
    for name in wanted.programs:
        program = shutil.which(name)
        if program is not None:
            version = _version(program, wanted.version_arguments)
            if version is not None and wanted.fits(version):
                return Found(path=Path(program), version=version, where=Where.MACHINE)
    built = built_program(wanted) if isinstance(wanted, BuiltEngine) else None
    if built is not None and built.is_file():
        where = Where.RELEASED if (built.parent / MARK).is_file() else Where.BUILT
        return Found(path=built, version=wanted.version.removeprefix("v"), where=where)
    return None


def path(name: str) -> Path:
    """The program of an engine; a `MissingEngineError` where there is none."""
    wanted = engine(name)
    found = find(wanted)
    if found is None:
        raise MissingEngineError(name, _why_not(wanted) if isinstance(wanted, MachineProgram) else "")
    return found.path


def _why_not(wanted: MachineProgram) -> str:
    there = shutil.which(wanted.name)
    if there is None:
        return f"{wanted.name} is not on PATH. {wanted.advice}"
    version = _version(there, wanted.version_arguments)
    what = f"is version {version}" if version else "does not tell its version"
    return f"{there} {what}, and that will not do. {wanted.advice}"


def built_program(wanted: BuiltEngine) -> Path:
    """Where the engine's program lies once it is built."""
    return folder_of(wanted) / wanted.inside / wanted.programs[0]


def folder_of(wanted: BuiltEngine | ModuleFiles) -> Path:
    """Where an engine or a module's files lie once they are there."""
    if isinstance(wanted, ModuleFiles):
        return root() / f"{wanted.name}-{wanted.key}"
    here = this_machine()
    key = wanted.key(system=here.system, architecture=here.architecture)
    return root() / f"{wanted.name}-{key}"


def files(name: str) -> tuple[Path, ...]:
    """The files of a module by their name in the table; a `MissingEngineError` where they are not there yet."""
    wanted = module_files(name)
    folder = folder_of(wanted)
    if not folder.is_dir():
        raise MissingEngineError(name)
    return paths_of(wanted, folder)


def paths_of(wanted: ModuleFiles, folder: Path) -> tuple[Path, ...]:
    """The files that match, in the order of the patterns; an `EngineError` where a pattern matches none."""
    found: list[Path] = []
    for pattern in wanted.paths:
        matching = sorted(file for file in folder.glob(pattern) if file.name != "kustomization.yaml")
        if not matching:
            raise EngineError(f"{wanted.module} {wanted.version} has no file {pattern}.")
        found += matching
    return tuple(found)


@cache
def _version(program: str, arguments: tuple[str, ...]) -> str | None:
    """The version that a program tells, or None where it does not."""
    try:
        done = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
            env={**os.environ, "KUBECONFIG": os.devnull, "CHECKPOINT_DISABLE": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _VERSION.search(done.stdout + done.stderr)
    return found.group(1) if found else None


def this_machine() -> Machine:
    """What this machine is."""
    machine = platform.machine().lower()
    return Machine(
        system=platform.system().lower(),
        architecture={"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine),
    )
