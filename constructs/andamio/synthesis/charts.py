"""Builds chart shares: from a view to the files of one folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from andamio.contract.shares import ChartShare, builder
from andamio.synthesis import yaml

__all__ = ["REMAKE", "ChartResult", "build_charts", "chart_files", "kustomization"]

REMAKE = "make synth"
"""The command that remakes a file, for its first line."""


class ChartResult(TypedDict):
    """What a chart becomes."""

    files: dict[str, str]
    """Path below `dist/` → text."""

    documents: dict[str, Mapping[str, Any]]
    """Path below `dist/k8s/` → the object."""


def build_charts(shares: Iterable[ChartShare]) -> list[ChartResult]:
    """The files of each share."""
    from andamio.cdk8s import App  # starts jsii: only in a process that builds

    built = []
    for share in shares:
        # An App a chart: `toJson` resolves the whole App that a chart lies in.
        chart = builder(share.chart)(App(), f"{share.environment}-{share.folder}", share.view)
        built.append(chart_files(share, chart.to_json(), namespace=chart.namespace))
    return built


def chart_files(share: ChartShare, documents: Iterable[Mapping[str, Any]], *, namespace: str | None) -> ChartResult:
    """One file for each object, and a `kustomization.yaml` that lists them.

    A file is named `<Kind>.<name>.yaml`, with the object's namespace between when it is not the folder's own. Raises
    `ValueError` for two objects of one kind, namespace and name.
    """
    head = yaml.head_comment(share.source, REMAKE)
    files: dict[str, str] = {}
    bodies: dict[str, Mapping[str, Any]] = {}
    for document in documents:
        metadata = document["metadata"]
        other = metadata.get("namespace")
        parts = (
            [document["kind"], metadata["name"]]
            if other in (None, namespace)
            else [
                document["kind"],
                other,
                metadata["name"],
            ]
        )
        name = ".".join(str(part).replace("/", "_").replace(":", "_") for part in parts) + ".yaml"
        if name in files:
            name = f"{name.removesuffix('.yaml')}.{document['apiVersion'].split('/')[0]}.yaml"
        if name in files:
            raise ValueError(f"{share.environment}/{share.folder}: two objects would be {name}")
        files[name] = f"{head}{yaml.dump(yaml.ordered(document))}"
        bodies[name] = document
    files["kustomization.yaml"] = head + yaml.dump(kustomization(files))
    folder = f"k8s/{share.environment}/{share.folder}"
    return {
        "files": {f"{folder}/{name}": text for name, text in sorted(files.items())},
        "documents": {f"{share.environment}/{share.folder}/{name}": body for name, body in sorted(bodies.items())},
    }


def kustomization(files: Iterable[str]) -> dict[str, Any]:
    """What `kubectl apply -k` reads: every file of the folder."""
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": sorted(files),
    }
