"""Kubernetes' own kinds: whether their objects live in a namespace.

Only the kinds that Andamio writes are listed. The scopes are those of the API reference of
version 1.35; custom resources answer for themselves in `andamio.knowledge.crds`.
"""

from __future__ import annotations

from typing import Final

from andamio.knowledge.crds import Scope, custom_resource
from andamio.knowledge.nearest import nearest

_CLUSTER: Final = (
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("apiregistration.k8s.io/v1", "APIService"),
    ("networking.k8s.io/v1", "IngressClass"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("scheduling.k8s.io/v1", "PriorityClass"),
    ("storage.k8s.io/v1", "StorageClass"),
    ("v1", "Namespace"),
    ("v1", "Node"),
    ("v1", "PersistentVolume"),
)

_NAMESPACED: Final = (
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("coordination.k8s.io/v1", "Lease"),
    ("discovery.k8s.io/v1", "EndpointSlice"),
    ("networking.k8s.io/v1", "Ingress"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("policy/v1", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("v1", "ConfigMap"),
    ("v1", "Endpoints"),
    ("v1", "LimitRange"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Pod"),
    ("v1", "ResourceQuota"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
)

_SCOPES: Final = {
    **dict.fromkeys(_CLUSTER, Scope.CLUSTER),
    **dict.fromkeys(_NAMESPACED, Scope.NAMESPACED),
}


def scope(api_version: str, kind: str) -> Scope:
    """Return whether objects of a kind live in a namespace, built-in or custom.

    Raises:
        LookupError: the kind is not known in that API version.
    """
    known = _SCOPES.get((api_version, kind))
    if known is not None:
        return known
    custom = custom_resource(api_version, kind)
    if custom is not None:
        return custom.scope
    close = nearest(kind, (name for _, name in _SCOPES))
    hint = f' Did you mean "{close}"?' if close and close != kind else ""
    raise LookupError(f"the scope of {kind} in {api_version} is not known.{hint}")
