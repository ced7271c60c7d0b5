"""One mistake for each rule, planted in a shop that is otherwise valid: a module for each area of rules."""

from __future__ import annotations

from collections.abc import Callable

from tests.checks.planting import Plant
from tests.checks.plants import output, platform, services, stores

PLANTS: dict[str, Callable[[], Plant]] = {
    **services.PLANTS,
    **platform.PLANTS,
    **stores.PLANTS,
    **output.PLANTS,
}
"""Code → its plant."""

ALSO: dict[str, set[str]] = {
    "AND003": {"AND027", "AND101"},
    "AND006": {"AND024"},
    "AND009": {"AND046"},
    "AND023": set(),
    "AND054": {"AND032"},
    "AND086": {"AND087"},
    "AND137": {"AND076"},
    "AND087": {"AND086"},
    "AND066": set(),
}
"""Code → other findings that the same mistake rightly brings."""
