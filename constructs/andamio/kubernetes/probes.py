"""The three probes of a container."""

from __future__ import annotations

from typing import Any

from andamio.cdk8s import kplus
from andamio.kubernetes.values import command_probe, http_probe
from andamio.model import Probe, Service

__all__ = ["grpc_probes", "probes"]


def probes(service: Service) -> dict[str, kplus.Probe]:
    """Probes by the container's argument (`startup`, `readiness`, `liveness`), those that cdk8s-plus can make.

    A path is asked on the service's port, so a worker or a job has no probe of the kind; a command is run in the
    container of any service.
    """
    found: dict[str, kplus.Probe] = {}
    for name, probe in _declared(service):
        if probe.command:
            found[name] = command_probe(probe.command, probe.period, probe.timeout, probe.failures)
        elif probe.path and service.http is not None and service.http.protocol != "grpc":
            found[name] = http_probe(probe.path, service.http.port, probe.period, probe.timeout, probe.failures)
    return found


def grpc_probes(service: Service) -> dict[str, Any]:
    """Probes of a gRPC service by field of the container, which cdk8s-plus does not know.

    A gRPC port answers no HTTP/1.1, so where a path is given the kubelet asks the standard gRPC health service
    instead (of the whole server; the path does not matter).
    """
    if service.http is None or service.http.protocol != "grpc":
        return {}
    return {
        f"{name}Probe": {
            "grpc": {"port": service.http.port},
            "periodSeconds": probe.period,
            "timeoutSeconds": probe.timeout,
            "failureThreshold": probe.failures,
        }
        for name, probe in _declared(service)
        if probe.path and not probe.command
    }


def _declared(service: Service) -> list[tuple[str, Probe]]:
    three = {
        "startup": service.probes.startup,
        "readiness": service.probes.readiness,
        "liveness": service.probes.liveness,
    }
    return [(name, probe) for name, probe in three.items() if probe is not None]
