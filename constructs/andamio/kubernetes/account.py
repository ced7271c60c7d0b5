"""The ServiceAccount of a service."""

from __future__ import annotations

from andamio.cdk8s import Construct, kplus
from andamio.kubernetes import waves
from andamio.kubernetes.pod import metadata

__all__ = ["ServiceAccount"]


class ServiceAccount(kplus.ServiceAccount):
    """An account of a service's own, without rights and without a mounted token: services do not call Kubernetes."""

    def __init__(self, scope: Construct, id_: str, *, name: str) -> None:
        super().__init__(scope, id_, metadata=metadata(name, waves.FOUNDATION), automount_token=False)
