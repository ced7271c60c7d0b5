"""The namespace of a service."""

from __future__ import annotations

from andamio.contract.labels import namespace_labels
from andamio.kubernetes import waves
from andamio.kubernetes.manifest import Manifest
from andamio.model import Service

__all__ = ["SERVICE_NAMESPACE", "Namespace", "holds_data"]

SERVICE_NAMESPACE = {"andamio.dev/service": "true"}
"""The label by which ClusterSecretStore and policies know the services' namespaces from all others."""


def holds_data(service: Service) -> bool:
    """Whether a service has data in OVHcloud's stores: a database, a cache or topics."""
    return bool(service.database or service.cache or service.publishes or service.topics)


class Namespace(Manifest):
    """A namespace in which the API server enforces Pod Security `restricted`.

    With `service`, it is marked as a service's. With `keep`, Argo CD never deletes it: nothing in a cluster holds
    a service's data (it lies in OVHcloud's stores), but deleting a namespace deletes whatever people put there
    beside Argo CD (a volume, a Secret, a Job that repairs something), so that of a service with data stays.
    Default: neither.
    """

    def __init__(self, *, name: str, service: bool = False, keep: bool = False) -> None:
        super().__init__(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {
                    "name": name,
                    "labels": {**namespace_labels(), **(SERVICE_NAMESPACE if service else {})},
                    "annotations": {**waves.in_wave(waves.FOUNDATION), **(waves.KEEP if keep else {})},
                },
            }
        )
