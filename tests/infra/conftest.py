"""Fixtures for the tests of whole stacks."""

import pytest

from tests.infra.every_stack import built, catalog


@pytest.fixture(scope="session")
def everything() -> dict[str, dict]:
    """Every stack of the reference catalog, by name."""
    return built(catalog())
