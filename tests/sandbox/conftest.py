"""A cloud with one of everything."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("msgpack", reason="the extra `sandbox` (msgpack) is not installed")
pytest.importorskip("google.protobuf", reason="the extra `sandbox` (protocol buffers) is not installed")

from tests.sandbox.zoo import Zoo


@pytest.fixture
def zoo(tmp_path: Path) -> Zoo:
    """Every example, made."""
    found = Zoo(tmp_path)
    found.fill()
    return found
