"""The Service in front of an HTTP service's pods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from andamio.cdk8s import Construct, kplus
from andamio.contract.labels import Labels
from andamio.kubernetes import waves
from andamio.kubernetes.pod import metadata
from andamio.model import Http

__all__ = ["APP_PROTOCOLS", "Service", "service_overlay"]

APP_PROTOCOLS: Mapping[str, str] = {"http": "http", "h2c": "kubernetes.io/h2c", "grpc": "grpc"}
"""What the model calls a protocol → what Kubernetes and Istio do (`appProtocol`)."""


class Service(kplus.Service):
    """A name and an address for an HTTP service inside the cluster: port 80 leads to the container's port."""

    def __init__(self, scope: Construct, id_: str, *, name: str, http: Http) -> None:
        super().__init__(
            scope,
            id_,
            metadata=metadata(name, waves.WORKLOAD),
            ports=[kplus.ServicePort(name="http", port=80, target_port=http.port)],
        )


def service_overlay(http: Http, selector: Labels) -> dict[str, Any]:
    """The protocol, which cdk8s-plus does not know, and the labels of the pods instead of its own selector."""
    return {
        "spec": {
            "externalIPs": None,
            "selector": dict(selector),
            "ports": [{"name": "http", "appProtocol": APP_PROTOCOLS[http.protocol]}],
        }
    }
