"""The option `--andamio-update-golden` for pytest.

Optional: put `pytest_plugins = ["andamio.testing.pytest_options"]` into the project's top `conftest.py`, or run pytest
with `-p andamio.testing.pytest_options`. Without it the environment variable does the same.
"""

from __future__ import annotations

import os
from typing import Any

from andamio.testing.golden import UPDATE_VARIABLE

__all__ = ["pytest_addoption", "pytest_configure", "pytest_unconfigure"]

_OPTION = "--andamio-update-golden"


def pytest_addoption(parser: Any) -> None:
    """Add the option; pytest calls this."""
    help_text = "write golden folders anew instead of comparing with them"
    parser.addoption(_OPTION, action="store_true", help=help_text)


def pytest_configure(config: Any) -> None:
    """Hand the option on to `assert_golden`; pytest calls this."""
    if config.getoption(_OPTION):
        os.environ[UPDATE_VARIABLE] = "1"


def pytest_unconfigure(config: Any) -> None:
    """Take it back; pytest calls this."""
    if config.getoption(_OPTION):
        os.environ.pop(UPDATE_VARIABLE, None)
