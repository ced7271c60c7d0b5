"""Which pods stay when nodes are full: one PriorityClass a tier of service."""

from __future__ import annotations

from collections.abc import Mapping

from andamio.model.types import Tier

__all__ = ["PRIORITIES", "priority_class"]

PRIORITIES: Mapping[Tier, int] = {"critical": 1_000_000, "standard": 100_000, "best-effort": 1_000}
"""Tier → value of its PriorityClass. Higher ones are scheduled first and may evict lower ones; all lie far below
the classes of the system (2,000,000,000, Kubernetes' documentation of pod priority)."""


def priority_class(tier: Tier) -> str:
    """Name of a tier's PriorityClass: `andamio-critical`."""
    return f"andamio-{tier}"
