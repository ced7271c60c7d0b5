"""Kubernetes' own structures that charts take over as they are.

A chart hands such a value to Kubernetes unchanged, so its keys are those of the Kubernetes API
(reference of version 1.35), whatever few of them the chart's defaults happen to show.
"""

from __future__ import annotations

from typing import Any, Final

_HANDLER: Final[dict[str, Any]] = {
    "exec": True,
    "grpc": True,
    "httpGet": True,
    "tcpSocket": True,
}

SHAPES: Final[dict[str, dict[str, Any]]] = {
    # Container and pod contexts share one shape: charts differ in which of the two they mean.
    "SecurityContext": dict.fromkeys(
        (
            "allowPrivilegeEscalation",
            "appArmorProfile",
            "capabilities",
            "fsGroup",
            "fsGroupChangePolicy",
            "privileged",
            "procMount",
            "readOnlyRootFilesystem",
            "runAsGroup",
            "runAsNonRoot",
            "runAsUser",
            "seLinuxChangePolicy",
            "seLinuxOptions",
            "seccompProfile",
            "supplementalGroups",
            "supplementalGroupsPolicy",
            "sysctls",
            "windowsOptions",
        ),
        True,
    ),
    "Resources": {"requests": {"*": False}, "limits": {"*": False}, "claims": True},
    "Probe": _HANDLER
    | dict.fromkeys(
        (
            "failureThreshold",
            "initialDelaySeconds",
            "periodSeconds",
            "successThreshold",
            "terminationGracePeriodSeconds",
            "timeoutSeconds",
        ),
        False,
    ),
    "Strategy": {"type": False, "rollingUpdate": True},
    "Affinity": {"nodeAffinity": True, "podAffinity": True, "podAntiAffinity": True},
    "LabelSelector": {"matchLabels": True, "matchExpressions": True},
    "DnsConfig": {"nameservers": True, "options": True, "searches": True},
}
"""Shape by name; the values are nodes as `andamio.knowledge.charts.Node` describes."""

SHAPE_OF_KEY: Final[dict[str, str]] = {
    "affinity": "Affinity",
    "containerSecurityContext": "SecurityContext",
    "deploymentStrategy": "Strategy",
    "dnsConfig": "DnsConfig",
    "livenessProbe": "Probe",
    "podDnsConfig": "DnsConfig",
    "podSecurityContext": "SecurityContext",
    "readinessProbe": "Probe",
    "resources": "Resources",
    "securityContext": "SecurityContext",
    "startupProbe": "Probe",
    "updateStrategy": "Strategy",
}
"""The key under which charts commonly take each shape. A chart's own extra keys are added to it."""

OPEN_KEYS: Final[frozenset[str]] = frozenset(
    {
        "annotations",
        "commonLabels",
        "deploymentAnnotations",
        "deploymentLabels",
        "extraArgs",
        "extraEnv",
        "extraEnvVars",
        "extraVolumeMounts",
        "extraVolumes",
        "hostAliases",
        "jobAnnotations",
        "labels",
        "nodeSelector",
        "podAnnotations",
        "podLabels",
        "secretAnnotations",
        "serviceAnnotations",
        "serviceLabels",
        "tolerations",
        "topologySpreadConstraints",
        "volumeMounts",
        "volumes",
    }
)
"""Keys whose value is free, whatever a chart gives as its default."""
