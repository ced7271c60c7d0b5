"""Fixtures that many tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from andamio.contract.platform import Platform
from andamio.loading import load

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of this project."""
    return ROOT


@pytest.fixture(scope="session")
def tienda() -> Platform:
    """The reference catalog."""
    return load(ROOT / "catalog")
