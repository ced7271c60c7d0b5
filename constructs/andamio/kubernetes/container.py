"""The container of a service: image, port, probes, resources, restricted rights, mounts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from andamio.cdk8s import kplus
from andamio.contract.footprint import cpu_limit, memory_limit
from andamio.contract.names import scratch_volume
from andamio.kubernetes import values
from andamio.kubernetes.probes import grpc_probes, probes
from andamio.kubernetes.secrets import MOUNT
from andamio.model import Resources, Service

__all__ = [
    "DRAIN_SECONDS",
    "USER",
    "container_overlay",
    "resources",
    "restricted",
    "secret_volume",
    "service_container",
    "volumes",
]

USER = 65532
"""User and group of every container: `nonroot` of the usual minimal images."""

DRAIN_SECONDS = 5
"""Seconds for which a pod of an HTTP service goes on answering after it was told to end, while Gateway and callers
take it off their lists."""


@cache
def restricted() -> kplus.ContainerSecurityContextProps:
    """Rights of a container: no root, no more rights than it starts with, nothing to write to but its mounts.

    Capabilities are dropped in the overlay: cdk8s-plus would need a crossing for them.
    """
    return kplus.ContainerSecurityContextProps(
        ensure_non_root=True,
        user=USER,
        group=USER,
        read_only_root_filesystem=True,
        allow_privilege_escalation=False,
        privileged=False,
    )


def resources(asked: Resources) -> kplus.ContainerResources:
    """Requests and limits: CPU at most four times the request and memory the request, unless declared."""
    return kplus.ContainerResources(
        cpu=values.cpu(asked.cpu, cpu_limit(asked)), memory=values.memory(asked.memory, memory_limit(asked))
    )


def service_container(service: Service, image: str) -> kplus.ContainerProps:
    """The container of a service's workload; cdk8s-plus' part of it."""
    asked = probes(service)
    return kplus.ContainerProps(
        name=service.name,
        image=image,
        image_pull_policy=kplus.ImagePullPolicy.IF_NOT_PRESENT,
        command=list(service.command) or None,
        args=list(service.args) or None,
        ports=[kplus.ContainerPort(name="http", number=service.http.port)] if service.http else None,
        resources=resources(service.resources),
        security_context=restricted(),
        startup=asked.get("startup"),
        readiness=asked.get("readiness"),
        liveness=asked.get("liveness"),
    )


def container_overlay(service: Service, *, secrets: Sequence[str], configuration: str) -> dict[str, Any]:
    """What cdk8s-plus does not know of a service's container, and what it would make slowly.

    Environment variables from the ConfigMap, Secrets as read-only files, scratch folders, and for an HTTP service
    a sleep before the signal to end (`sleep` is native since Kubernetes 1.30).
    """
    overlay: dict[str, Any] = {
        "name": service.name,
        "envFrom": [{"configMapRef": {"name": configuration}}],
        "securityContext": {"capabilities": {"drop": ["ALL"]}},
        **grpc_probes(service),
    }
    mounts: list[dict[str, Any]] = [
        {"name": secret_volume(name), "mountPath": f"{MOUNT}/{name}", "readOnly": True} for name in secrets
    ]
    mounts.extend({"name": scratch_volume(folder), "mountPath": folder.path} for folder in service.scratch)
    if mounts:
        overlay["volumeMounts"] = mounts
    if service.http is not None:
        overlay["lifecycle"] = {"preStop": {"sleep": {"seconds": DRAIN_SECONDS}}}
    return overlay


def secret_volume(name: str) -> str:
    """Name of the volume of a Secret."""
    return f"secret-{name}"


def volumes(service: Service, secrets: Sequence[str]) -> list[dict[str, Any]]:
    """The volumes of a pod: its Secrets, readable for owner and group, and its scratch folders with their sizes."""
    return [
        *({"name": secret_volume(name), "secret": {"secretName": name, "defaultMode": 0o440}} for name in secrets),
        *(
            {"name": scratch_volume(folder), "emptyDir": {"sizeLimit": f"{folder.size}Mi"}}
            for folder in service.scratch
        ),
    ]
