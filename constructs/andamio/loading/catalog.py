"""Reads a catalog folder: environments, services, tombstones, releases and cloud outputs."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from andamio.checks.finding import Finding, did_you_mean
from andamio.contract.outputs import CloudOutputs, SharedOutputs
from andamio.contract.platform import Platform
from andamio.loading.documents import read_json
from andamio.loading.files import entries, missing, read_text
from andamio.loading.mistakes import CODE_FILE, file_in, from_exception
from andamio.loading.modules import PACKAGE, catalog_package
from andamio.model import Environment, Release, Service, Shared, Tombstone

__all__ = ["CatalogError", "load"]

T = TypeVar("T")

_MODULE = re.compile(r"[A-Za-z0-9_-]+")
"""File names, without `.py`, that can be imported."""


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
        self.failed = False
        """Whether a module could not be run; what it would have imported is then unknown."""

    def file(self, path: Path) -> str:
        return file_in(self.folder, path)

    def module(self, path: Path) -> ModuleType | None:
        """The module at `path`, or None when it cannot be run."""
        text = read_text(path, self.file(path), self.findings)
        if text is None or not text.strip():
            self.failed = True
            if text is not None:
                self.add(path, "the file is empty", "Declare something in it, or delete it")
            return None
        try:
            return importlib.import_module(self.name(path))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # whatever code of a catalog comes up with
            # Files that import a broken one all fail for the same reason, which is told once.
            self.failed = True
            found = from_exception(error, self.folder, path)
            self.findings.extend(one for one in found if one not in self.findings)
            return None

    def name(self, path: Path) -> str:
        """The module name of the file at `path`."""
        return ".".join((PACKAGE, *path.relative_to(self.folder).with_suffix("").parts))

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
    if missing(environments_file):
        what = "does not exist" if missing(folder) else "has no environments.py"
        if not folder.is_dir() and not missing(folder):
            what = "is a file"
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
        _unread(reader)
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
    services: list[Service] = []
    for path in entries(reader.folder / "services", reader.file(reader.folder / "services"), reader.findings):
        if path.suffix != ".py" or path.name == "__init__.py":
            continue
        if not _MODULE.fullmatch(path.stem):
            fix = "Name the file after its service: letters, digits, - and _ only"
            reader.add(path, "no file of a catalog can have this name", fix)
            continue
        module = reader.module(path)
        if module is None:
            continue
        found = [service for service in reader.declared(module, Service) if not _borrowed(reader, service, path)]
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


def _borrowed(reader: _Reader, service: Service, path: Path) -> bool:
    """Tell whether the file at `path` only imports `service`, from the file that is named after it."""
    for stem in {service.name, service.name.replace("-", "_")} - {path.stem}:
        owner = sys.modules.get(reader.name(path.with_name(f"{stem}.py")))
        if owner is not None and any(one is service for one in reader.declared(owner, Service)):
            return True
    return False


def _unread(reader: _Reader) -> None:
    """Name Python files at the places of declarations that nothing read, such as `tombstone.py`."""
    for path in () if reader.failed else _python_files(reader):
        harmless = path.name == "__init__.py" and path.stat().st_size == 0
        named = any(finding.file == reader.file(path) for finding in reader.findings)
        if harmless or named or reader.name(path) in sys.modules:
            continue
        guess = did_you_mean(path.name, ["environments.py", "tombstones.py"]) if path.parent == reader.folder else ""
        fix = "Put a service into services/, import what others use, or delete the file"
        reader.add(path, "nothing reads this file", guess or fix)


def _python_files(reader: _Reader) -> Iterator[Path]:
    services = reader.folder / "services"
    yield from sorted(path for path in reader.folder.glob("*.py") if path.is_file())
    if services.is_dir():
        inside = (path for path in services.rglob("*.py") if path.is_file())
        yield from sorted(path for path in inside if not any(part.startswith(".") for part in path.parts[-2:]))


def _tombstones(reader: _Reader) -> list[Tombstone]:
    path = reader.folder / "tombstones.py"
    if missing(path):
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
    found = entries(place, reader.file(place), reader.findings)
    paths = [path for path in found if path.suffix == ".json"]
    for path in found:
        if path.suffix != ".json" and path.stem in known:
            reader.add(path, "nothing reads a file of this name", f"Call it {path.stem}.json, or delete it")
    for path in paths:
        if known and path.stem not in known:
            fix = did_you_mean(path.stem, known) or f"Call it after one of {', '.join(known)}, or delete it"
            reader.add(path, "belongs to no environment", fix, at="name", value=path.stem)
    return [path for path in paths if path.stem in known]


def _unique(reader: _Reader, path: Path, names: list[str], what: str) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        reader.add(path, f"the {what} is declared more than once", "Give each its own name", at="name", value=name)
