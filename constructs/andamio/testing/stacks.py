"""Finds resources in a synthesized Terraform stack."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from andamio.checks.finding import did_you_mean

__all__ = ["StackResources"]


class StackResources:
    """One stack, as Terraform reads it. What is handed out is a copy: a test may change it."""

    def __init__(self, name: str, document: Mapping[str, Any]) -> None:
        self.name = name
        self._document = document

    @property
    def document(self) -> dict[str, Any]:
        """All of `cdk.tf.json`, but for its `//`."""
        return copy.deepcopy(dict(self._document))

    def resource(self, type_: str, name: str) -> dict[str, Any]:
        """The arguments of one resource, such as `("ovh_cloud_project_database", "postgres")`.

        Raises `LookupError`, with the nearest name, when there is none.
        """
        return self._one("resource", type_, name)

    def resources(self, type_: str | None = None) -> dict[str, dict[str, Any]]:
        """Name → arguments of every resource of a type; without a type, of all, by address `type.name`."""
        return self._many("resource", type_)

    def data(self, type_: str | None = None) -> dict[str, dict[str, Any]]:
        """The same of data sources."""
        return self._many("data", type_)

    @property
    def outputs(self) -> dict[str, Any]:
        """Name → value of every output."""
        return {name: body.get("value") for name, body in self.document.get("output", {}).items()}

    def _one(self, section: str, type_: str, name: str) -> dict[str, Any]:
        blocks = self._document.get(section, {})
        if type_ not in blocks:
            raise LookupError(f"{self.name} has no {type_}. {did_you_mean(type_, blocks)}".rstrip())
        if name not in blocks[type_]:
            hint = did_you_mean(name, blocks[type_]) or f"There are: {', '.join(sorted(blocks[type_])[:10])}"
            raise LookupError(f'{self.name} has no {type_} "{name}". {hint}')
        return copy.deepcopy(dict(blocks[type_][name]))

    def _many(self, section: str, type_: str | None) -> dict[str, dict[str, Any]]:
        blocks = self._document.get(section, {})
        if type_ is not None:
            return copy.deepcopy(dict(blocks.get(type_, {})))
        return {
            f"{kind}.{name}": copy.deepcopy(dict(body))
            for kind, found in sorted(blocks.items())
            for name, body in sorted(found.items())
        }
