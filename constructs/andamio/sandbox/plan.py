"""A plan of Terraform's as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Change", "Plan", "read_plan"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a plan does to one resource."""

    address: str
    actions: tuple[str, ...]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    moved_from: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan of one stack."""

    changes: tuple[Change, ...]
    """Everything but what stays as it is and what is only read; moved resources are in it."""

    outputs: tuple[str, ...]
    """Outputs whose value changes."""

    @property
    def empty(self) -> bool:
        """Whether nothing would change, outputs included."""
        return not self.changes and not self.outputs

    def addresses(self, *actions: str) -> set[str]:
        """Addresses whose change has one of `actions`; without any, all."""
        return {one.address for one in self.changes if not actions or set(actions) & set(one.actions)}


def read_plan(document: Mapping[str, Any]) -> Plan:
    """A plan from what `terraform show -json` tells of it."""
    changes = []
    for one in document.get("resource_changes", ()):
        actions = tuple(one["change"]["actions"])
        moved = one.get("previous_address", "")
        if one["mode"] == "managed" and (actions != ("no-op",) or moved):
            before, after = one["change"].get("before"), one["change"].get("after")
            changes.append(
                Change(address=one["address"], actions=actions, before=before, after=after, moved_from=moved)
            )
    outputs = [name for name, one in document.get("output_changes", {}).items() if one["actions"] != ["no-op"]]
    return Plan(changes=tuple(changes), outputs=tuple(outputs))
