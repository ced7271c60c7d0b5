"""What a test does without an engine: it is skipped by name, or fails where every engine has to be there."""

from __future__ import annotations

import os

import pytest

from andamio.engines import MissingEngineError, files, path
from andamio.engines.table import FILES

REQUIRED = os.environ.get("ANDAMIO_ENGINES") == "required"
"""Whether a missing engine is a failure, as in continuous integration."""


def need(*names: str) -> None:
    """Skip the test unless every engine and every module's files of these names are there."""
    missing = []
    for name in names:
        try:
            files(name) if name in {row.name for row in FILES} else path(name)
        except MissingEngineError:
            missing.append(name)
    if not missing:
        return
    reason = f"not run, for lack of {', '.join(missing)}: run `andamio engines install {' '.join(missing)}`"
    if REQUIRED:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
