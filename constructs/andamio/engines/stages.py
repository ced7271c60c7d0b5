"""How kwok plays the kubelet: its own stages, and what happens to pods whose image nobody can pull."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

__all__ = ["CANNOT_BE_PULLED", "stages"]

CANNOT_BE_PULLED: Final = "cannot-be-pulled"
"""A pod with these words in a container's image stays Pending, as with an image that the registry does not have."""

_BAD_IMAGE: Final = f'.spec.containers.[].image | select(contains("{CANNOT_BE_PULLED}"))'

_PULL: Final[dict[str, Any]] = {
    "apiVersion": "kwok.x-k8s.io/v1alpha1",
    "kind": "Stage",
    "metadata": {"name": "pod-image-pull"},
    "spec": {
        "resourceRef": {"apiGroup": "v1", "kind": "Pod"},
        "selector": {
            "matchExpressions": [
                {"key": ".metadata.deletionTimestamp", "operator": "DoesNotExist"},
                {"key": ".status.phase", "operator": "In", "values": ["Pending"]},
                {"key": ".status.containerStatuses", "operator": "DoesNotExist"},
                {"key": _BAD_IMAGE, "operator": "Exists"},
            ]
        },
        "next": {
            "statusTemplate": """
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: false
  restartCount: 0
  state:
    waiting:
      reason: ImagePullBackOff
      message: {{ printf "Back-off pulling image %s" .image | Quote }}
{{ end }}
phase: Pending
"""
        },
    },
}


def stages(upstream: Iterable[Path], *, pods_end_after: float) -> str:
    """The text of kwok's stages.

    Args:
        upstream: Files of kwok's own stages.
        pods_end_after: Seconds from a pod's deletion to its end.
    """
    documents: list[Any] = []
    for file in upstream:
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            name, spec = document["metadata"]["name"], document["spec"]
            if name == "pod-delete" and pods_end_after:
                spec["delay"] = {"durationMilliseconds": int(pods_end_after * 1000)}
            if name == "pod-ready":
                spec["selector"]["matchExpressions"].append({"key": _BAD_IMAGE, "operator": "DoesNotExist"})
            documents.append(document)
    return yaml.safe_dump_all([*documents, _PULL])
