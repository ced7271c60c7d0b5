"""What of a built object an engine acts on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["acted_on", "read_labels"]

_ANNOTATIONS = (
    "argocd.argoproj.io/",
    "cert-manager.io/",
    "external-dns.alpha.kubernetes.io/",
    "loadbalancer.openstack.org/",
    "loadbalancer.ovhcloud.com/",
    "networking.istio.io/",
    "reloader.stakater.com/",
    "secret.reloader.stakater.com/",
    "service.beta.kubernetes.io/",
)
"""Beginnings of annotations that an engine reads."""

_LABELS = ("argocd.argoproj.io/", "istio.io/", "pod-security.kubernetes.io/")
"""Beginnings of labels that an engine reads by itself; others count when something selects by them."""

_FOR_PEOPLE = frozenset({"//", "//files", "description"})
"""Keys that nothing acts on, wherever they stand."""


def read_labels(documents: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Keys of labels by which some object or resource of `documents` selects."""
    everything = [document for share in documents for document in share.values()]
    text = json.dumps(_without_labels(everything), ensure_ascii=False)
    return frozenset(key for key in _label_keys(everything) if f'"{key}"' in text or f"{key}=" in text)


def acted_on(value: Any, labels: frozenset[str] | None) -> Any:
    """`value` without comments, descriptions, and the labels and annotations that nothing reads.

    Labels in `labels` are read; None keeps all, as OVHcloud does with those of its nodes.
    """
    if isinstance(value, Mapping):
        kept = {}
        for key, item in value.items():
            if key in _FOR_PEOPLE:
                continue
            if key == "labels" and labels is not None and isinstance(item, Mapping):
                item = {k: v for k, v in item.items() if k in labels or str(k).startswith(_LABELS)}
            elif key == "annotations" and isinstance(item, Mapping):
                item = {k: v for k, v in item.items() if str(k).startswith(_ANNOTATIONS)}
            kept[key] = acted_on(item, labels)
        return kept
    if isinstance(value, (list, tuple)):
        return [acted_on(item, labels) for item in value]
    return value


def _without_labels(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _without_labels(v) for k, v in value.items() if not (k == "labels" and isinstance(v, Mapping))}
    return [_without_labels(item) for item in value] if isinstance(value, (list, tuple)) else value


def _label_keys(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        own = set(map(str, value["labels"])) if isinstance(value.get("labels"), Mapping) else set()
        return own.union(*(_label_keys(item) for item in value.values()))
    if isinstance(value, (list, tuple)):
        return set().union(*(_label_keys(item) for item in value))
    return set()
