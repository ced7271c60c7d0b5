"""What a test does without an engine: it is skipped by name, or fails where every engine has to be there.

With `ANDAMIO_ENGINES=required`, as in continuous integration, missing engines are built first (a build that runs
already is waited for), and a test of this folder that is skipped for whatever reason counts as failed
(`tests/conftest.py`).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from andamio.engines import EngineError, MissingEngineError, files, install, path
from andamio.engines.table import FILES
from tests.lacking import REQUIRED, not_run

ENGINES = ("terraform", "opentofu")
"""What runs stacks: every test of them is run by both."""


def need(*names: str) -> None:
    """Skip the test unless every engine and every module's files of these names are there."""
    missing = _missing(names)
    if missing and REQUIRED:
        if failed := _built(missing):
            pytest.fail(not_run(", ".join(missing), failed), pytrace=False)
        missing = _missing(names)
    if missing:
        pytest.skip(not_run(", ".join(missing), f"run `andamio engines install {' '.join(missing)}`"))


def runner(name: str) -> Path:
    """The program `terraform`, from 1.11 on, or `opentofu`, from 1.12 on; the test is skipped where it is missing."""
    need(name)
    return path(name)


def kubectl() -> str:
    """The program `kubectl`: what is on PATH, in whatever version, else the engine; else the test is skipped."""
    found = shutil.which("kubectl")
    if found is None:
        need("kubectl")
    return found or str(path("kubectl"))


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
            install(names, progress=lambda line: None)
        except EngineError as error:
            _FAILED[key] = str(error)
    return _FAILED.get(key, "")
