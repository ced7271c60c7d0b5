"""A cdk8s chart that holds cdk8s-plus constructs and plain manifests side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsii
from constructs import Construct

from andamio.cdk8s import Chart
from andamio.kubernetes.manifest import Manifest

__all__ = ["ManifestChart"]


class ManifestChart(Chart):
    """A chart whose objects are those of its constructs, then its manifests in the order in which they were added.

    Labels are given to every object, manifests included. The namespace is given to every object that has none and is
    not marked as cluster-wide by its own kind (`Manifest` bodies name theirs themselves).
    """

    def __init__(
        self, scope: Construct, id_: str, *, namespace: str | None = None, labels: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(scope, id_, namespace=namespace, labels=dict(labels or {}), disable_resource_name_hashes=True)
        self._labels = dict(labels or {})
        self._manifests: list[Manifest] = []

    def add(self, *manifests: Manifest) -> None:
        """Add plain manifests."""
        self._manifests.extend(manifests)

    @jsii.member(jsii_name="toJson")
    def to_json(self) -> list[Any]:
        """Every object of the chart as plain data."""
        return [*super().to_json(), *(self._labelled(manifest) for manifest in self._manifests)]

    def _labelled(self, manifest: Manifest) -> dict[str, Any]:
        metadata = manifest.body["metadata"]
        return {**manifest.body, "metadata": {**metadata, "labels": {**self._labels, **metadata.get("labels", {})}}}
