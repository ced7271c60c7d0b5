"""The root Application: all that an environment's cluster runs begins with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from andamio.cdktf import Construct, ITerraformDependable
from andamio.cloud.text import plain
from andamio.contract.labels import MANAGED_BY
from andamio.model import Repository
from cdktf_cdktf_provider_helm.release import Release

__all__ = ["NAME", "PROJECT", "VERSION", "RootApplication", "root_values"]

NAME: Final = "root"
"""Name of the Application."""

PROJECT: Final = "root"
"""Its project, which comes with it: a fence that only a sync could change would keep out a repository that moved."""

VERSION: Final = "2.0.5"
"""Version of the chart argocd-apps."""

_IN_CLUSTER: Final = "https://kubernetes.default.svc"


class RootApplication(Release):
    """The release that tells Argo CD where the environment's Applications lie.

    It has no finalizer, so taking the release away leaves everything running.

    Args:
        charts: Repository of the chart.
        namespace: Argo CD's.
        repository: Where `dist/` is read from.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        charts: str,
        namespace: str,
        repository: Repository,
        environment: str,
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        super().__init__(
            scope,
            id_,
            name=NAME,
            namespace=namespace,
            repository=charts,
            chart="argocd-apps",
            version=VERSION,
            values=[plain(json.dumps(root_values(repository, environment, namespace), sort_keys=True))],
            create_namespace=False,
            atomic=True,
            wait=True,
            timeout=120,
            depends_on=list(depends_on),
        )
        self.override_logical_id("root")


def root_values(repository: Repository, environment: str, namespace: str) -> Mapping[str, Any]:
    """Values of the chart argocd-apps: one Application, and the project that lets it make Applications and projects.

    The Application reads one folder as plain files: Argo CD would run Kustomize on seeing a `kustomization.yaml`.
    An empty folder is a mistake and prunes nothing (`allowEmpty`). A sync that fails is tried again, at last
    every five minutes, with the newest revision: a mistake never holds up the commit that mends it.
    """
    labels = {"app.kubernetes.io/managed-by": MANAGED_BY}
    return {
        "applications": {
            NAME: {
                "namespace": namespace,
                "additionalLabels": labels,
                "project": PROJECT,
                "source": {
                    "repoURL": repository.url,
                    "targetRevision": repository.branch,
                    "path": f"{repository.path.strip('/')}/k8s/{environment}/applications",
                    "directory": {"recurse": False, "exclude": "kustomization.yaml"},
                },
                "destination": {"server": _IN_CLUSTER, "namespace": namespace},
                "syncPolicy": {
                    "automated": {"prune": True, "selfHeal": True, "allowEmpty": False},
                    "syncOptions": ["ServerSideApply=true"],
                    "retry": {
                        "limit": -1,
                        "refresh": True,
                        "backoff": {"duration": "10s", "factor": 2, "maxDuration": "5m"},
                    },
                },
            }
        },
        "projects": {
            PROJECT: {
                "namespace": namespace,
                "additionalLabels": labels,
                "description": "The root Application.",
                "sourceRepos": [repository.url],
                "destinations": [{"server": _IN_CLUSTER, "namespace": namespace}],
                "clusterResourceWhitelist": [],
                "namespaceResourceWhitelist": [
                    {"group": "argoproj.io", "kind": kind} for kind in ("AppProject", "Application")
                ],
            }
        },
    }
