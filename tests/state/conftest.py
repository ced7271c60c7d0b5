from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.state.loopback import Cloud
from tests.state.workplace import make_project


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as server:
        yield server


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "a project")
