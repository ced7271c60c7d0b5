"""Imports the Python files of a catalog folder, wherever it lies, always from source."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, ModuleType

__all__ = ["PACKAGE", "catalog_package"]

PACKAGE = "catalog"
"""The name under which a catalog's files import each other, whatever its folder is called."""


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles the source at each load: a compiled copy is trusted by second and size, and two edits can share both."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class _Finder:
    """Finds `catalog.x` as `x.py` or `x/` of one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != PACKAGE and not fullname.startswith(f"{PACKAGE}."):
            return None
        place = self.folder.joinpath(*fullname.split(".")[1:])
        source = place.with_suffix(".py") if fullname != PACKAGE else place / "__init__.py"
        if fullname != PACKAGE and source.is_file():
            return importlib.util.spec_from_file_location(fullname, source, loader=_Loader(fullname, str(source)))
        if place.is_dir():
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [str(place)]
            return spec
        return None


@contextmanager
def catalog_package(folder: Path) -> Iterator[None]:
    """While it lasts, `import catalog.…` reads the files of `folder`; afterwards nothing of it is left imported."""
    finder = _Finder(folder)
    saved = _take_out()
    sys.meta_path.insert(0, finder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        _take_out()
        sys.modules.update(saved)


def _take_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]
    return {name: sys.modules.pop(name) for name in names}
