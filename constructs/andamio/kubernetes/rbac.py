"""Who may do what through the Kubernetes API, by group of the single sign-on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from andamio.contract.identity import cluster_group
from andamio.contract.views import Context
from andamio.kubernetes.manifest import Manifest

__all__ = ["DEBUG_ROLE", "READ_ROLE", "cluster_access", "team_access"]

READ_ROLE = "andamio-team-read"
"""ClusterRole of a team in its services' namespaces: sees everything but secrets."""

DEBUG_ROLE = "andamio-team-debug"
"""ClusterRole of a team in its services' namespaces outside production: also a shell, a tunnel, a restart."""

_READ = ["get", "list", "watch"]

_READABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "",
        (
            "configmaps",
            "endpoints",
            "events",
            "limitranges",
            "namespaces",
            "persistentvolumeclaims",
            "pods",
            "pods/log",
            "resourcequotas",
            "serviceaccounts",
            "services",
        ),
    ),
    ("apps", ("deployments", "replicasets")),
    ("autoscaling", ("horizontalpodautoscalers",)),
    ("batch", ("cronjobs", "jobs")),
    ("cilium.io", ("ciliumnetworkpolicies",)),
    ("discovery.k8s.io", ("endpointslices",)),
    ("events.k8s.io", ("events",)),
    # Names of secrets and whether they arrived, never their values.
    ("external-secrets.io", ("externalsecrets",)),
    ("gateway.networking.k8s.io", ("httproutes",)),
    ("metrics.k8s.io", ("pods",)),
    ("networking.k8s.io", ("networkpolicies",)),
    ("policy", ("poddisruptionbudgets",)),
    ("rbac.authorization.k8s.io", ("rolebindings", "roles")),
)

_GROUP = "rbac.authorization.k8s.io"


def cluster_access(context: Context) -> tuple[Manifest, ...]:
    """The roles of teams, and the administrators' binding to Kubernetes' own `cluster-admin`.

    No role of a team holds `secrets`, and none writes an ExternalSecret: whoever can have one made can read what it
    names. Changes go through the catalog; a shell in a pod exists outside production only.
    """
    made = [
        _cluster_role(
            READ_ROLE,
            [{"apiGroups": [group], "resources": list(kinds), "verbs": _READ} for group, kinds in _READABLE],
        )
    ]
    if context.environment.tier != "production":
        made.append(
            _cluster_role(
                DEBUG_ROLE,
                [
                    {"apiGroups": [""], "resources": ["pods/exec", "pods/portforward"], "verbs": ["create", "get"]},
                    {"apiGroups": [""], "resources": ["pods"], "verbs": ["delete"]},
                ],
            )
        )
    made.append(
        Manifest(
            {
                "apiVersion": f"{_GROUP}/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": "andamio-administrators"},
                "roleRef": {"apiGroup": _GROUP, "kind": "ClusterRole", "name": "cluster-admin"},
                "subjects": [_group(context.shared.sso.administrators)],
            }
        )
    )
    return tuple(made)


def team_access(context: Context, owners: Iterable[tuple[str, str]]) -> tuple[Manifest, ...]:
    """RoleBindings of each team in the namespaces of its services; `owners` are pairs of namespace and team.

    They belong to the platform and not to the services' folders, so that no team's project may hold RBAC objects.
    """
    groups = {team.name: team.group for team in context.shared.teams}
    roles = [READ_ROLE] if context.environment.tier == "production" else [READ_ROLE, DEBUG_ROLE]
    return tuple(
        Manifest(
            {
                "apiVersion": f"{_GROUP}/v1",
                "kind": "RoleBinding",
                "metadata": {"name": role, "namespace": namespace},
                "roleRef": {"apiGroup": _GROUP, "kind": "ClusterRole", "name": role},
                "subjects": [_group(groups[team])],
            }
        )
        for namespace, team in sorted(owners)
        if team in groups
        for role in roles
    )


def _cluster_role(name: str, rules: list[dict[str, Any]]) -> Manifest:
    return Manifest({"apiVersion": f"{_GROUP}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": rules})


def _group(name: str) -> dict[str, str]:
    return {"apiGroup": _GROUP, "kind": "Group", "name": cluster_group(name)}
