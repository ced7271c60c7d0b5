"""Completes what cdk8s-plus builds with fields of Kubernetes that it does not know.

cdk8s-plus-27 stops at Kubernetes 1.27 and leaves out a good part of a pod (topology spread, priority, seccomp,
native sleep before a stop). Its escape hatch, `JsonPatch`, drops silently what does not fit and costs a crossing into
JavaScript a field. Here the missing fields are plain data, merged when the chart hands its objects over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsii

from andamio.kubernetes.chart import ManifestChart

__all__ = ["CompletedChart", "merged", "pod_template"]

_ADDRESS_LABEL = "cdk8s.io/metadata.addr"
"""A hash of the construct's path that cdk8s-plus puts on every pod template. It selects nothing here, and would roll
all pods when a construct moves, so it goes."""


def merged(value: object, overlay: object) -> Any:
    """`value` with `overlay` laid over it.

    Mappings are merged key by key, and None removes a key. Lists whose items all have a `name` are merged by it. Of
    anything else the overlay's value holds.
    """
    if isinstance(value, Mapping) and isinstance(overlay, Mapping):
        result = dict(value)
        for key, item in overlay.items():
            if item is None:
                result.pop(key, None)
            else:
                result[key] = merged(value.get(key, {} if isinstance(item, Mapping) else None), item)
        return result
    if isinstance(value, list) and isinstance(overlay, list) and _named(value) and _named(overlay):
        found = {item["name"]: item for item in value}
        for item in overlay:
            found[item["name"]] = merged(found.get(item["name"], {}), item)
        return list(found.values())
    return overlay


def _named(items: list[Any]) -> bool:
    return all(isinstance(item, Mapping) and "name" in item for item in items)


class CompletedChart(ManifestChart):
    """A chart whose cdk8s-plus objects are completed with plain data.

    `complete` names the object by kind and name; an object that is not there is an error when the chart hands its
    objects over (`LookupError`), so nothing is lost in silence.
    """

    _overlays: dict[tuple[str, str], list[Mapping[str, Any]]]

    def complete(self, kind: str, name: str, overlay: Mapping[str, Any]) -> None:
        """Lay `overlay` over the object `kind`/`name` of this chart; several add up."""
        if "_overlays" not in self.__dict__:
            self._overlays = {}
        self._overlays.setdefault((kind, name), []).append(overlay)

    @jsii.member(jsii_name="toJson")
    def to_json(self) -> list[Any]:
        """Every object of the chart as plain data, completed."""
        overlays = dict(self.__dict__.get("_overlays", {}))
        objects = []
        for body in super().to_json():
            for overlay in overlays.pop((body["kind"], body["metadata"]["name"]), ()):
                body = merged(body, overlay)
            objects.append(body)
        if overlays:
            raise LookupError(f"nothing to complete in {self.node.id}: {', '.join(map('/'.join, overlays))}")
        return objects


def pod_template(labels: Mapping[str, str], annotations: Mapping[str, str], spec: Mapping[str, Any]) -> dict[str, Any]:
    """The overlay of a pod template: its labels and annotations, and the fields of `spec`."""
    metadata: dict[str, Any] = {"labels": {_ADDRESS_LABEL: None, **labels}}
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"template": {"metadata": metadata, "spec": dict(spec)}}
