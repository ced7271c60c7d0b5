"""The pod around a service's container: account, rights, place, priority, volumes."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from andamio.cdk8s import ApiObjectMetadata, kplus
from andamio.contract.labels import POOL_LABEL, Labels, service_labels
from andamio.contract.names import IMAGE_PULL_SECRET
from andamio.contract.views import ServiceView
from andamio.kubernetes import waves
from andamio.kubernetes.container import DRAIN_SECONDS, USER
from andamio.kubernetes.priority import priority_class
from andamio.model import Environment

__all__ = ["grace_seconds", "metadata", "place", "pod_labels", "pod_rights", "spread", "tolerations", "trust"]


def metadata(name: str, wave: int, annotations: dict[str, str] | None = None) -> ApiObjectMetadata:
    """Name and sync wave of an object that cdk8s-plus builds."""
    return ApiObjectMetadata(name=name, annotations={**waves.in_wave(wave), **(annotations or {})})


def pod_labels(view: ServiceView) -> Labels:
    """The labels of a service's pods: those of all its objects, the selector's among them."""
    return service_labels(view.service, view.context.shared, view.environment)


@cache
def pod_rights() -> kplus.PodSecurityContextProps:
    """No root; files of mounted Secrets belong to the container's group."""
    return kplus.PodSecurityContextProps(
        ensure_non_root=True,
        user=USER,
        group=USER,
        fs_group=USER,
        fs_group_change_policy=kplus.FsGroupChangePolicy.ON_ROOT_MISMATCH,
    )


def trust() -> dict[str, Any]:
    """What every pod of ours says about itself, in fields that cdk8s-plus does not know.

    The runtime's seccomp profile, and no environment variables that tell of the namespace's Services.
    """
    return {"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}, "enableServiceLinks": False}


def place(view: ServiceView) -> dict[str, Any]:
    """Where a service's pods run, how much they matter, and with which account their image is pulled."""
    fields: dict[str, Any] = {
        "priorityClassName": priority_class(view.service.tier),
        "nodeSelector": {POOL_LABEL: "applications"},
        "imagePullSecrets": [{"name": IMAGE_PULL_SECRET}],
    }
    tolerated = tolerations(view.environment, "applications")
    if tolerated:
        fields["tolerations"] = tolerated
    return fields


def spread(selector: Labels, environment: Environment) -> list[dict[str, Any]]:
    """Replicas spread evenly over nodes and, in a three-zone region, over zones.

    Each revision by itself (`matchLabelKeys`), and as a wish: a zone that is lost or full must not keep pods from
    running in the others.
    """
    keys = ["kubernetes.io/hostname"]
    if environment.three_zones:
        keys.insert(0, "topology.kubernetes.io/zone")
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(selector)},
            "matchLabelKeys": ["pod-template-hash"],
        }
        for key in keys
    ]


def grace_seconds(view: ServiceView) -> int:
    """Seconds until a pod that ends is killed: the service's grace period, after the drain of an HTTP service."""
    return view.service.grace_period + (DRAIN_SECONDS if view.service.http is not None else 0)


def tolerations(environment: Environment, role: Literal["system", "applications"]) -> list[dict[str, str]]:
    """What lets a pod onto the nodes of a role: one toleration for each taint that would keep it away."""
    taints = {
        (taint.key, taint.value, taint.effect)
        for pool in environment.pools
        if pool.role == role
        for taint in pool.taints
        if taint.effect != "PreferNoSchedule"
    }
    return [
        {
            "key": key,
            "operator": "Equal" if value else "Exists",
            **({"value": value} if value else {}),
            "effect": effect,
        }
        for key, value, effect in sorted(taints)
    ]
