"""What a test does without an engine: it is skipped by name, or fails where every engine has to be there.

With `ANDAMIO_ENGINES=required`, as in continuous integration, missing engines are built first (a build that runs
already is waited for), and a test of this folder that is skipped for whatever reason counts as failed (`conftest.py`).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from andamio.engines import EngineError, MissingEngineError, files, install, path
from andamio.engines.table import FILES

ENGINES = ("terraform", "opentofu")
"""What runs stacks: every test of them is run by both."""

REQUIRED = os.environ.get("ANDAMIO_ENGINES") == "required"
"""Whether a missing engine is a failure, as in continuous integration."""


def need(*names: str) -> None:
    """Skip the test unless every engine and every module's files of these names are there."""
    missing = _missing(names)
    if missing and REQUIRED:
        if failed := _built(missing):
            pytest.fail(f"not run, for lack of {', '.join(missing)}: {failed}", pytrace=False)
        missing = _missing(names)
    if missing:
        pytest.skip(f"not run, for lack of {', '.join(missing)}: run `andamio engines install {' '.join(missing)}`")


def runner(name: str) -> Path:
    """The program `terraform`, from 1.11 on, or `opentofu`, from 1.12 on; the test is skipped where it is missing."""
    need(name)
    return path(name)


def _missing(names: tuple[str, ...]) -> list[str]:
    missing = []
    for name in names:
        try:
            files(name) if name in {row.name for row in FILES} else path(name)
        except MissingEngineError:
            missing.append(name)
    return missing


_FAILED: dict[tuple[str, ...], str] = {}
"""Builds that failed, with the reason: they are not tried again for every test."""


def _built(names: list[str]) -> str:
    """Build these engines; why they could not be, or ""."""
    key = tuple(names)
    if key not in _FAILED:
        try:
            install(names, progress=lambda line: None, keep_build_cache=True)
        except EngineError as error:
            _FAILED[key] = str(error)
    return _FAILED.get(key, "")
