"""What metrics-server would tell: each pod uses a little. Autoscalers then find what they look for, and hold still.

The measurements are objects of a definition of ours under the name of metrics-server's API; who asks for them sees no
difference to the real one.
"""

from __future__ import annotations

from typing import Any, Final

from andamio.engines.client import Client
from andamio.engines.errors import EngineError

__all__ = ["Metrics"]

_VERSION: Final = "metrics.k8s.io/v1beta1"
_MOMENT: Final = "2026-01-01T00:00:00Z"
_USAGE: Final = {"cpu": "5m", "memory": "16Mi"}

_DEFINITION: Final[dict[str, Any]] = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {
        "name": "pods.metrics.k8s.io",
        "annotations": {"api-approved.kubernetes.io": "unapproved, stands in for an aggregated API"},
    },
    "spec": {
        "group": "metrics.k8s.io",
        "scope": "Namespaced",
        "names": {"plural": "pods", "singular": "podmetrics", "kind": "PodMetrics", "listKind": "PodMetricsList"},
        "versions": [
            {
                "name": "v1beta1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}

_Place = tuple[str, str]


class Metrics:
    """Keeps one measurement a pod.

    Args:
        client: The cluster's.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def define(self) -> None:
        """Define the kind of measurements.

        Raises:
            EngineError: the API server refuses it.
        """
        answer = self._client.apply(_DEFINITION)
        if not answer.ok:
            raise EngineError(f"Measurements cannot be defined: {answer.message}")

    def look(self) -> None:
        """Measure pods that are new, and forget those that are gone."""
        kept = {_place(one) for one in self._client.all_of(_VERSION, "PodMetrics")}
        pods = {_place(one): one for one in self._client.all_of("v1", "Pod")}
        for namespace, name in kept - pods.keys():
            self._client.delete(_measured(namespace, name, {}))
        for place in pods.keys() - kept:
            self._client.create(_measured(*place, pods[place]))


def _place(body: dict[str, Any]) -> _Place:
    return body["metadata"]["namespace"], body["metadata"]["name"]


def _measured(namespace: str, name: str, pod: dict[str, Any]) -> dict[str, Any]:
    labels = pod.get("metadata", {}).get("labels", {})
    return {
        "apiVersion": _VERSION,
        "kind": "PodMetrics",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "timestamp": _MOMENT,
        "window": "30s",
        "containers": [{"name": one["name"], "usage": _USAGE} for one in pod.get("spec", {}).get("containers", ())],
    }
