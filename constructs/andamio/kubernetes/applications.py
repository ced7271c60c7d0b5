"""Argo CD Applications: one a service, one an add-on, one a platform concern, in computed order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from andamio.contract.views import Context
from andamio.kubernetes import waves
from andamio.kubernetes.addons import HelmChart, argo_cd
from andamio.kubernetes.addons.addon import Addon
from andamio.kubernetes.addons.application_health import NEVER_GATES
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.projects import CLUSTER, NAMESPACES, PLATFORM_PROJECT, projects
from andamio.kubernetes.units import GRANTS, PLATFORM, Unit, unit_waves, units

__all__ = ["ACCESS", "LAST_FINALIZER", "application_manifests", "folder_path"]

ACCESS = "access"
"""Folder and Application of the teams' RoleBindings."""

LAST_FINALIZER = "resources-finalizer.argocd.argoproj.io/foreground"
"""With it, an Application's objects go when the Application goes."""

_KUSTOMIZATION = "kustomization.yaml"
"""For `kubectl` and overlays; Argo CD reads the folder as plain files."""

_NAMESPACE_FILES = "Namespace.*.yaml"

_REVISIONS = 3
"""Synced versions that Argo CD remembers of an Application; git remembers the rest."""


def folder_path(context: Context, folder: str) -> str:
    """A folder of the environment in the repository, such as `dist/k8s/dev/orders`."""
    return f"{_environment_path(context)}/{folder}"


def _environment_path(context: Context) -> str:
    return f"{context.shared.repository.path.strip('/')}/k8s/{context.environment.name}"


def application_manifests(
    context: Context, owners: Iterable[tuple[str, str]], *, databases: bool
) -> tuple[Manifest, ...]:
    """Every project and Application of a cluster: what the root Application reads.

    `owners` are pairs of a service (its namespace has its name) and its team. Services share the wave after the last
    of the platform's and never gate the root, so that one that hangs holds up neither another nor a new commit.
    """
    pairs = tuple(sorted(owners))
    found = units(context, databases=databases)
    order = unit_waves(found)
    last = max(order.values(), default=-1) + 1
    made = [*projects(context, pairs)]
    made.extend(_platform_application(context, unit, order[unit.name]) for unit in found)
    if pairs or databases:
        made.append(_namespaces(context))
    if pairs:
        made.append(
            _application(
                ACCESS,
                project=PLATFORM_PROJECT,
                namespace=argo_cd.NAMESPACE,
                wave=last,
                sources=[_folder(context, ACCESS)],
                paths=[folder_path(context, ACCESS)],
                gates=False,
                owns=True,
            )
        )
    made.extend(
        _application(
            service,
            project=team,
            namespace=service,
            wave=last,
            sources=[_folder(context, service, without_namespace=True)],
            paths=[folder_path(context, service)],
            gates=False,
            owns=True,
        )
        for service, team in pairs
    )
    return tuple(made)


def _platform_application(context: Context, unit: Unit, wave: int) -> Manifest:
    sources: list[dict[str, Any]] = []
    paths: list[str] = []
    if unit.addon is not None:
        sources.append(_addon_source(unit.addon, context))
    if unit.has_folder:
        sources.append(_folder(context, unit.name, without_namespace=unit.name == GRANTS))
        paths.append(folder_path(context, unit.name))
    return _application(
        unit.name,
        project=PLATFORM_PROJECT,
        namespace=unit.namespace,
        wave=wave,
        sources=sources,
        paths=paths,
        gates=unit.gates,
        prune=unit.addon is None or unit.addon.prune,
        ignore_differences=unit.addon.ignore_differences if unit.addon else (),
    )


def _addon_source(addon: Addon, context: Context) -> dict[str, Any]:
    if isinstance(addon.source, HelmChart):
        return {
            "repoURL": addon.source.repository,
            "chart": addon.source.name,
            "targetRevision": addon.source.version,
            "helm": {"releaseName": addon.name, "valuesObject": addon.checked_values(context)},
        }
    return {
        "repoURL": addon.source.repository,
        "targetRevision": addon.source.revision,
        "path": addon.source.path,
        "directory": {"exclude": _KUSTOMIZATION},
    }


def _folder(context: Context, folder: str, *, without_namespace: bool = False) -> dict[str, Any]:
    exclude = f"{{{_KUSTOMIZATION},{_NAMESPACE_FILES}}}" if without_namespace else _KUSTOMIZATION
    return _directory(context, folder_path(context, folder), {"exclude": exclude})


def _namespaces(context: Context) -> Manifest:
    """It needs nothing, and what lies in a namespace tries again until that is there.

    Nor does it gate: it reads a file of every service's folder, and a bad one is no other service's business.
    """
    path = _environment_path(context)
    files = {"recurse": True, "include": f"*/{_NAMESPACE_FILES}", "exclude": f"{PLATFORM}/*"}
    return _application(
        NAMESPACES,
        project=NAMESPACES,
        namespace=argo_cd.NAMESPACE,
        wave=0,
        sources=[_directory(context, path, files)],
        paths=[path],
        gates=False,
    )


def _directory(context: Context, path: str, files: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "repoURL": context.shared.repository.url,
        "targetRevision": context.shared.repository.branch,
        "path": path,
        "directory": dict(files),
    }


def _application(
    name: str,
    *,
    project: str,
    namespace: str,
    wave: int,
    sources: list[dict[str, Any]],
    paths: list[str],
    gates: bool,
    owns: bool = False,
    prune: bool = True,
    ignore_differences: Iterable[Mapping[str, Any]] = (),
) -> Manifest:
    """One Application, always in step with its sources.

    The platform's have no finalizer: one that leaves the folder leaves its objects behind, for with a chart's custom
    resources would go every object of theirs. A service's objects go with it; its data lies outside the cluster.
    """
    metadata: dict[str, Any] = {"name": name, "namespace": argo_cd.NAMESPACE}
    if not gates:
        metadata["labels"] = dict(NEVER_GATES)
    if owns:
        metadata["finalizers"] = [LAST_FINALIZER]
    annotations = waves.in_wave(wave)
    if paths:
        # Only a commit that touches one of these makes Argo CD render the Application again.
        annotations["argocd.argoproj.io/manifest-generate-paths"] = ";".join(f"/{path}" for path in paths)
    metadata["annotations"] = annotations
    ignored = [dict(difference) for difference in ignore_differences]
    options = ["CreateNamespace=false", "ServerSideApply=true"]
    if ignored:
        options.append("RespectIgnoreDifferences=true")
    spec: dict[str, Any] = {
        "project": project,
        "destination": {"server": CLUSTER, "namespace": namespace},
        **({"source": sources[0]} if len(sources) == 1 else {"sources": sources}),
        "syncPolicy": {
            "automated": {"prune": prune, "selfHeal": True, "allowEmpty": False},
            "syncOptions": options,
            "retry": {
                # Once it has given up Argo CD never tries the same commit again, though what was missing (a person's
                # secret, a registry that was down, another Application's namespace) has come since.
                "limit": -1,
                # With the newest commit, so that the one that mends a mistake does not wait for its retries to end.
                "refresh": True,
                "backoff": {"duration": "10s", "factor": 2, "maxDuration": "3m"},
            },
        },
        "revisionHistoryLimit": _REVISIONS,
        **({"ignoreDifferences": ignored} if ignored else {}),
    }
    return Manifest({"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata, "spec": spec})
