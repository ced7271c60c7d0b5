"""Argo CD projects: the fence around what each team's Applications may come from, reach and contain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from andamio.contract.names import GRANTS_NAMESPACE
from andamio.contract.views import Context
from andamio.kubernetes import waves
from andamio.kubernetes.addons import ADDONS, argo_cd
from andamio.kubernetes.manifest import Manifest

__all__ = ["CLUSTER", "NAMESPACES", "PLATFORM_PROJECT", "SERVICE_KINDS", "projects"]

PLATFORM_PROJECT = "platform"
"""The project of add-ons and platform concerns; no team may have that name."""

NAMESPACES = "namespaces"
"""The Application that brings the namespaces of services and of the grants Job, and its project; no team's name.

Self-heal of what was deleted begins while its namespace still ends, and tries what it began with until that succeeds.
The Application whose folder holds the namespace would wait for it without end; another one brings it back.
"""

CLUSTER = "https://kubernetes.default.svc"
"""The cluster in which Argo CD itself runs."""

SERVICE_KINDS: tuple[tuple[str, str], ...] = (
    ("", "ConfigMap"),
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("", "Service"),
    ("", "ServiceAccount"),
    ("apps", "Deployment"),
    ("autoscaling", "HorizontalPodAutoscaler"),
    ("batch", "CronJob"),
    ("batch", "Job"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("external-secrets.io", "ExternalSecret"),
    ("gateway.networking.k8s.io", "HTTPRoute"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("policy", "PodDisruptionBudget"),
)
"""Group and kind of everything that a service's folder may hold in its namespace: no Secret, no RBAC, no Gateway, no
store. What its ExternalSecrets may read, an admission policy decides (`secret_stores`)."""

_BEFORE_APPLICATIONS = -1


def projects(context: Context, owners: Iterable[tuple[str, str]]) -> tuple[Manifest, ...]:
    """A project a team, the platform's, that of the namespaces, and `default`, in which nothing may be.

    `owners` are pairs of a service's namespace and its team.
    """
    owners = tuple(owners)
    namespaces: dict[str, list[str]] = {team.name: [] for team in context.shared.teams}
    for namespace, team in sorted(owners):
        namespaces.setdefault(team, []).append(namespace)
    return (
        *(_team(context, name, tuple(found)) for name, found in sorted(namespaces.items())),
        _platform(context),
        _namespaces(context, sorted({*(namespace for namespace, _ in owners), GRANTS_NAMESPACE})),
        _default(),
    )


def _team(context: Context, team: str, namespaces: tuple[str, ...]) -> Manifest:
    return _project(
        team,
        {
            "description": f"Services of team {team}.",
            "sourceRepos": [context.shared.repository.url],
            "destinations": [{"server": CLUSTER, "namespace": namespace} for namespace in namespaces],
            # No cluster-wide object: the namespaces come by an Application of their own.
            "clusterResourceWhitelist": [],
            "namespaceResourceWhitelist": _kinds(SERVICE_KINDS),
        },
    )


def _platform(context: Context) -> Manifest:
    sources = {context.shared.repository.url}
    for addon in ADDONS.values():
        sources.add(addon.source.repository)
    return _project(
        PLATFORM_PROJECT,
        {
            "description": "Add-ons and platform concerns.",
            "sourceRepos": sorted(sources),
            "destinations": [{"server": CLUSTER, "namespace": "*"}],
            "clusterResourceWhitelist": [{"group": "*", "kind": "*"}],
            "namespaceResourceWhitelist": [{"group": "*", "kind": "*"}],
        },
    )


def _namespaces(context: Context, names: list[str]) -> Manifest:
    """It reads a file in every service's folder, so it allows these namespaces and nothing else."""
    return _project(
        NAMESPACES,
        {
            "description": "Namespaces of services.",
            "sourceRepos": [context.shared.repository.url],
            "destinations": [{"server": CLUSTER, "namespace": argo_cd.NAMESPACE}],
            "clusterResourceWhitelist": [{"group": "", "kind": "Namespace", "name": name} for name in names],
            # A list of nothing that is allowed would allow everything.
            "namespaceResourceBlacklist": [{"group": "*", "kind": "*"}],
        },
    )


def _default() -> Manifest:
    """Argo CD makes a project `default` that allows everything; here it allows nothing."""
    return _project(
        "default",
        {
            "description": "Nothing may be in it.",
            "sourceRepos": [],
            "destinations": [],
            "clusterResourceWhitelist": [],
            # A list of nothing that is allowed would allow everything.
            "namespaceResourceBlacklist": [{"group": "*", "kind": "*"}],
        },
    )


def _kinds(kinds: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"group": group, "kind": kind} for group, kind in kinds]


def _project(name: str, spec: dict[str, Any]) -> Manifest:
    return Manifest(
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "AppProject",
            "metadata": {
                "name": name,
                "namespace": argo_cd.NAMESPACE,
                "annotations": waves.in_wave(_BEFORE_APPLICATIONS),
            },
            "spec": spec,
        }
    )
