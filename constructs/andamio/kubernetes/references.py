"""What an object provides and what it depends on, read from the object itself.

A reference is a text such as `ClusterSecretStore/key-store`, `Namespace/cert-manager` or
`CustomResourceDefinition/Certificate.cert-manager.io`. From these the order of Applications is computed, so that a new
object finds its place by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from andamio.kubernetes.manifest import Manifest

__all__ = ["needed", "needed_by_values", "provided"]

_CLUSTERS_OWN = frozenset({"cilium.io"})
"""Groups of custom resources that OVHcloud's clusters come with."""

_PROVIDED = frozenset({"ClusterIssuer", "ClusterSecretStore", "Namespace", "PriorityClass"})
"""Kinds of cluster-wide objects that others refer to by name."""


def provided(manifest: Manifest) -> Iterator[str]:
    """What others may depend on once this object is healthy."""
    if manifest.kind in _PROVIDED:
        yield f"{manifest.kind}/{manifest.name}"
    if manifest.kind == "Gateway":
        yield f"Gateway/{manifest.namespace}/{manifest.name}"


def needed(manifest: Manifest) -> Iterator[str]:
    """What has to be there before this object can be: its definition, its namespace, what it names."""
    group = str(manifest.body["apiVersion"]).rpartition("/")[0]
    if "." in group and not group.endswith(".k8s.io") and group not in _CLUSTERS_OWN:
        yield f"CustomResourceDefinition/{manifest.kind}.{group}"
    if group == "gateway.networking.k8s.io":
        yield f"CustomResourceDefinition/{manifest.kind}.{group}"
    if manifest.namespace:
        yield f"Namespace/{manifest.namespace}"
    yield from _named(manifest)


def _named(manifest: Manifest) -> Iterator[str]:
    spec: Mapping[str, Any] = manifest.body.get("spec", {})
    match manifest.kind:
        case "ExternalSecret":
            yield f"{spec['secretStoreRef']['kind']}/{spec['secretStoreRef']['name']}"
        case "Certificate":
            yield f"{spec['issuerRef']['kind']}/{spec['issuerRef']['name']}"
        case "Gateway":
            yield f"GatewayClass/{spec['gatewayClassName']}"
        case "HTTPRoute":
            for parent in spec["parentRefs"]:
                yield f"Gateway/{parent.get('namespace', manifest.namespace)}/{parent['name']}"
        case "ClusterIssuer":
            for solver in spec.get("acme", {}).get("solvers", ()):
                webhook = solver.get("dns01", {}).get("webhook")
                if webhook:
                    yield f"Solver/{webhook['solverName']}"


def needed_by_values(values: object) -> Iterator[str]:
    """The priority classes that a chart's values name; Kubernetes' own are always there."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            if key == "priorityClassName" and isinstance(value, str) and not value.startswith("system-"):
                yield f"PriorityClass/{value}"
            else:
                yield from needed_by_values(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from needed_by_values(value)
