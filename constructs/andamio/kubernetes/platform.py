"""What is there before everything else: the platform's namespaces, closed, and the priority classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from andamio.contract.labels import Labels, namespace_labels
from andamio.contract.names import GATEWAY_NAMESPACE
from andamio.contract.views import Context
from andamio.kubernetes import waves
from andamio.kubernetes.addons import ADDONS, Addon, argo_cd
from andamio.kubernetes.addons.addon import SYSTEM_PRIORITY
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.network_policy import deny_all
from andamio.kubernetes.priority import PRIORITIES, priority_class

__all__ = ["EXEMPT", "platform_labels", "platform_manifests", "platform_namespaces"]

EXEMPT: Mapping[str, str] = MappingProxyType(
    {
        "kube-system": "OVHcloud's own: network, storage and node agents need the host's privileges",
        "kube-node-lease": "holds the nodes' heartbeats, never a pod",
        "kube-public": "holds what may be read without login, never a pod",
    }
)
"""Namespaces in which Pod Security `restricted` is not enforced by Andamio, each with the reason."""

_SYSTEM_VALUE = 10_000_000
"""Above every tier of service: what the platform needs to heal itself is scheduled before what it heals."""


def platform_labels(context: Context) -> Labels:
    """The labels of every object of the platform's own folders."""
    return {
        "app.kubernetes.io/part-of": context.shared.name,
        "app.kubernetes.io/managed-by": "andamio",
        "andamio.dev/environment": context.environment.name,
    }


def platform_namespaces(addons: Iterable[Addon]) -> dict[str, str]:
    """Every namespace of the platform with its Pod Security level, by name.

    A namespace that several add-ons share has the weakest level that one of them needs. `default` is among them so
    that nothing starts there unfenced. The grants Job's namespace comes with its Job.
    """
    strength = {"privileged": 0, "baseline": 1, "restricted": 2}
    levels = {"default": "restricted", GATEWAY_NAMESPACE: "restricted"}
    for addon in addons:
        known = levels.get(addon.namespace, "restricted")
        levels[addon.namespace] = min(known, addon.pod_security, key=lambda level: strength[level])
    return dict(sorted(levels.items()))


def platform_manifests() -> tuple[Manifest, ...]:
    """Namespaces with Pod Security, a policy in each that denies all, and the priority classes.

    Argo CD's own namespace is the exception: closed here, before its add-on's folder opens what it needs, Argo CD
    could not reach the API server to go on. That folder closes it.

    Namespaces are never deleted by Argo CD: everything in them would go, credentials and addresses included.
    """
    made: list[Manifest] = []
    for name, level in platform_namespaces(ADDONS.values()).items():
        made.append(_namespace(name, level))
        if name != argo_cd.NAMESPACE:
            made.append(deny_all(name))
    made.append(_priority_class(SYSTEM_PRIORITY, _SYSTEM_VALUE, "The platform's own workloads.", preempts=True))
    for tier, value in PRIORITIES.items():
        made.append(
            _priority_class(priority_class(tier), value, f"Services of tier {tier}.", preempts=tier != "best-effort")
        )
    return tuple(made)


def _namespace(name: str, level: str) -> Manifest:
    return Manifest(
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": name,
                "labels": namespace_labels(pod_security=level),
                "annotations": {**waves.in_wave(waves.FOUNDATION), **waves.KEEP},
            },
        }
    )


def _priority_class(name: str, value: int, description: str, *, preempts: bool) -> Manifest:
    return Manifest(
        {
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": {"name": name, "annotations": waves.in_wave(waves.FOUNDATION)},
            "value": value,
            "globalDefault": False,
            "preemptionPolicy": "PreemptLowerPriority" if preempts else "Never",
            "description": description,
        }
    )
