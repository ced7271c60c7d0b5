"""What a service's namespace may hold, and what a container in it gets that asks for nothing."""

from __future__ import annotations

from andamio.contract.footprint import Footprint, ceiling, replica
from andamio.contract.views import ServiceView
from andamio.kubernetes import waves
from andamio.kubernetes.manifest import Manifest

__all__ = ["LimitRange", "ResourceQuota", "quota_of"]

_NAME = "service"


def quota_of(view: ServiceView) -> Footprint:
    """The most that the namespace of a service may hold; see `andamio.contract.footprint.ceiling`."""
    return ceiling(view.service)


class ResourceQuota(Manifest):
    """The ResourceQuota of a service's namespace.

    Pods, CPU and memory at the largest scale, surge, migration and runs included; no volume, no node port and no
    load balancer, since a service declares none and OVHcloud bills the last.
    """

    def __init__(self, *, namespace: str, most: Footprint) -> None:
        super().__init__(
            {
                "apiVersion": "v1",
                "kind": "ResourceQuota",
                "metadata": {
                    "name": _NAME,
                    "namespace": namespace,
                    "annotations": waves.in_wave(waves.FOUNDATION),
                },
                "spec": {
                    "hard": {
                        "pods": str(most.pods),
                        "requests.cpu": f"{most.cpu}m",
                        "requests.memory": f"{most.memory}Mi",
                        "limits.cpu": f"{most.cpu_limit}m",
                        "limits.memory": f"{most.memory_limit}Mi",
                        "persistentvolumeclaims": "0",
                        "services.loadbalancers": "0",
                        "services.nodeports": "0",
                    }
                },
            }
        )


class LimitRange(Manifest):
    """The LimitRange of a service's namespace.

    A container without requests and limits gets the service's own; none may have more.
    """

    def __init__(self, *, view: ServiceView) -> None:
        one = replica(view.service)
        limits = {"cpu": f"{one.cpu_limit}m", "memory": f"{one.memory_limit}Mi"}
        super().__init__(
            {
                "apiVersion": "v1",
                "kind": "LimitRange",
                "metadata": {
                    "name": _NAME,
                    "namespace": view.service.name,
                    "annotations": waves.in_wave(waves.FOUNDATION),
                },
                "spec": {
                    "limits": [
                        {
                            "type": "Container",
                            "defaultRequest": {"cpu": f"{one.cpu}m", "memory": f"{one.memory}Mi"},
                            "default": limits,
                            "max": dict(limits),
                        }
                    ]
                },
            }
        )
