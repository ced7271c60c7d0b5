"""Reads a catalog folder: environments, services, tombstones, releases and cloud outputs."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from andamio.checks.finding import Finding, nearest
from andamio.contract.outputs import CloudOutputs, SharedOutputs
from andamio.contract.platform import Platform
from andamio.loading.documents import read_json
from andamio.loading.mistakes import CODE_FILE, from_exception
from andamio.loading.modules import PACKAGE, catalog_package
from andamio.model import Environment, Release, Service, Shared, Tombstone

__all__ = ["CatalogError", "load"]

T = TypeVar("T")


class CatalogError(Exception):
    """A catalog that cannot be read; holds every finding."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = sorted(findings, key=lambda finding: finding.order)


class _Reader:
    """Collects what the files declare, and what is wrong with them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.findings: list[Finding] = []
        self.files: dict[str, str] = {}

    def file(self, path: Path) -> str:
        return f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"

    def module(self, path: Path) -> ModuleType | None:
        """The module at `path`, or None when it cannot be run."""
        name = ".".join((PACKAGE, *path.relative_to(self.folder).with_suffix("").parts))
        try:
            if not path.read_text(encoding="utf-8").strip():
                self.add(path, "the file is empty", "Declare something in it, or delete it")
                return None
            return importlib.import_module(name)
        except (Exception, SystemExit) as error:
            self.findings.extend(from_exception(error, self.file(path), path))
            return None

    def add(self, path: Path, means: str, fix: str, *, at: str = "", value: object = None) -> None:
        self.findings.append(Finding(code=CODE_FILE, file=self.file(path), at=at, value=value, means=means, fix=fix))

    def declared(self, module: ModuleType, kind: type[T]) -> list[T]:
        """Objects of `kind` that `module` itself binds at its top level, each once, in order."""
        found: list[T] = []
        for value in vars(module).values():
            items = value if isinstance(value, (tuple, list)) else (value,)
            found.extend(i for i in items if isinstance(i, kind) and not any(i is other for other in found))
        return found


def load(folder: Path) -> Platform:
    """Read the catalog in `folder`.

    Raises `CatalogError` with all findings when a file is missing, unreadable, not Python or JSON, raises, or declares
    what its model refuses. What the declarations mean together is the checks' question.
    """
    folder = folder.resolve()
    reader = _Reader(folder)
    environments_file = folder / "environments.py"
    if not environments_file.is_file():
        what = "does not exist" if not folder.is_dir() else "has no environments.py"
        raise CatalogError(
            [
                Finding(
                    code=CODE_FILE,
                    file=folder.name,
                    means=f"the catalog folder {folder} {what}",
                    fix="Give --catalog DIR, or make a project with `andamio init`",
                )
            ]
        )
    with catalog_package(folder):
        shared, environments = _environments(reader, environments_file)
        services = _services(reader)
        tombstones = _tombstones(reader)
    releases = _releases(reader, environments)
    outputs, shared_outputs = _outputs(reader, environments)
    if reader.findings or shared is None:
        raise CatalogError(reader.findings)
    return Platform.of(
        shared=shared,
        environments=tuple(environments),
        services=tuple(services),
        tombstones=tuple(tombstones),
        releases=releases,
        outputs=outputs,
        shared_outputs=shared_outputs,
        files=reader.files,
    )


def _environments(reader: _Reader, path: Path) -> tuple[Shared | None, list[Environment]]:
    module = reader.module(path)
    if module is None:
        return None, []
    shared = reader.declared(module, Shared)
    environments = reader.declared(module, Environment)
    if len(shared) != 1:
        reader.add(path, f"declares Shared(...) {len(shared)} times", "Declare it exactly once at the top level")
    if not environments:
        reader.add(path, "declares no environment", "Declare at least one Environment(...) at the top level")
    reader.files["shared"] = reader.file(path)
    reader.files.update({f"environment:{e.name}": reader.file(path) for e in environments})
    _unique(reader, path, [e.name for e in environments], "environment")
    return (shared[0] if shared else None), environments


def _services(reader: _Reader) -> list[Service]:
    folder = reader.folder / "services"
    services: list[Service] = []
    for path in sorted(folder.glob("*.py")) if folder.is_dir() else []:
        if path.name == "__init__.py":
            continue
        module = reader.module(path)
        if module is None:
            continue
        found = reader.declared(module, Service)
        if len(found) != 1:
            fix = "A file declares one Service(...) at its top level; put others into files of their own"
            reader.add(path, f"declares {len(found)} services", fix)
        for service in found[:1]:
            before = reader.files.get(f"service:{service.name}")
            if before is not None:
                reader.add(
                    path, f"{before} declares it too", "Give one of them another name", at="name", value=service.name
                )
            elif path.stem.replace("_", "-") != service.name:
                fix = f"Call the file {service.name.replace('-', '_')}.py, or the service {path.stem.replace('_', '-')}"
                reader.add(path, "the file has another name than its service", fix, at="name", value=service.name)
            reader.files.setdefault(f"service:{service.name}", reader.file(path))
            services.append(service)
    return services


def _tombstones(reader: _Reader) -> list[Tombstone]:
    path = reader.folder / "tombstones.py"
    if not path.is_file():
        return []
    module = reader.module(path)
    tombstones = reader.declared(module, Tombstone) if module is not None else []
    reader.files.update({f"tombstone:{t.service}": reader.file(path) for t in tombstones})
    _unique(reader, path, [t.service for t in tombstones], "tombstone")
    return tombstones


def _releases(reader: _Reader, environments: Sequence[Environment]) -> dict[str, Release]:
    releases = {}
    for path in _json_files(reader, "releases", [e.name for e in environments]):
        remake = "Take it from git, or let promotion write it anew"
        release = read_json(path, reader.file(path), Release, reader.findings, remake=remake)
        if release is not None:
            releases[path.stem] = release
        reader.files[f"release:{path.stem}"] = reader.file(path)
    return releases


def _outputs(reader: _Reader, environments: Sequence[Environment]) -> tuple[dict[str, CloudOutputs], SharedOutputs]:
    outputs: dict[str, CloudOutputs] = {}
    shared = SharedOutputs()
    for path in _json_files(reader, "cloud", ["shared", *(e.name for e in environments)]):
        remake = f"Run `andamio outputs pull {path.stem}`"
        reader.files[f"cloud:{path.stem}"] = reader.file(path)
        if path.stem == "shared":
            shared = read_json(path, reader.file(path), SharedOutputs, reader.findings, remake=remake) or shared
        else:
            found = read_json(path, reader.file(path), CloudOutputs, reader.findings, remake=remake)
            if found is not None:
                outputs[path.stem] = found
    return outputs, shared


def _json_files(reader: _Reader, folder: str, known: list[str]) -> list[Path]:
    place = reader.folder / folder
    paths = sorted(place.glob("*.json")) if place.is_dir() else []
    for path in paths:
        if known and path.stem not in known:
            fix = nearest(path.stem, known) or f"Call it after one of {', '.join(known)}, or delete it"
            reader.add(path, "belongs to no environment", fix, at="name", value=path.stem)
    return [path for path in paths if path.stem in known]


def _unique(reader: _Reader, path: Path, names: list[str], what: str) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        reader.add(path, f"the {what} is declared more than once", "Give each its own name", at="name", value=name)
