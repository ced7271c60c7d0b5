"""The committed data files and how they are read.

Made by `python -m andamio.knowledge.extract`; never edited by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def read(name: str) -> Mapping[str, Any]:
    """Read one data file, such as `crds/index.json`, once per process.

    Raises:
        FileNotFoundError: the installation lacks the file.
        ValueError: the file holds something else than a JSON object.
    """
    text = resources.files(__name__).joinpath(*name.split("/")).read_text(encoding="utf-8")
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(f"{name}: not a JSON object")  # noqa: TRY004 - the file is wrong, not a caller's type
    return value


def exists(name: str) -> bool:
    """Whether a data file of that name is part of the installation."""
    return resources.files(__name__).joinpath(*name.split("/")).is_file()
