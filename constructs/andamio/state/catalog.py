"""Reads the catalog for commands that talk to OVHcloud, which mend `catalog/cloud/` and so cannot ask for it whole."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from andamio.checks.finding import did_you_mean
from andamio.contract.platform import Platform
from andamio.loading import CatalogError, load
from andamio.state.errors import SettingError, clean
from andamio.state.target import SHARED, Target

__all__ = ["find_target"]


def find_target(name: str, *, catalog: Path, folder: Path) -> Target:
    """The target `name` of the catalog in the folder `catalog`, published to `folder`.

    A damaged file in `catalog/cloud/` does not matter here.

    Raises:
        CatalogError: when the catalog cannot be read.
        SettingError: when it has no such environment.
    """
    platform = _load(catalog.absolute())
    names = [SHARED, *(environment.name for environment in platform.environments)]
    if name not in names:
        hint = did_you_mean(name, names)
        raise SettingError(
            f'The catalog has no environment "{clean(name, limit=60)}". {hint + " " if hint else ""}'
            f"There are: {', '.join(names)}."
        )
    return Target.of(platform, name, folder=folder.absolute())


def _load(catalog: Path) -> Platform:
    try:
        return load(catalog)
    except CatalogError as error:
        if not all(f"/{finding.file}".endswith(".json") and "/cloud/" in finding.file for finding in error.findings):
            raise
    with tempfile.TemporaryDirectory(prefix="andamio-") as place:
        copy = Path(place, catalog.name)
        shutil.copytree(catalog, copy, ignore=shutil.ignore_patterns("cloud", "__pycache__"))
        return load(copy)
