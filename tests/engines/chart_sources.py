"""What the Applications and releases of an environment take from charts, and what Helm makes of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from andamio.engines import KUBERNETES, path
from andamio.sandbox.charts import ChartRepository

ENVIRONMENTS = ("dev", "staging", "production")


def of_applications(project: Path, environment: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, namespace and chart source of every Application that has one."""
    for file in sorted((project / f"dist/k8s/{environment}/applications").glob("Application.*.yaml")):
        body = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        spec = body["spec"]
        for source in spec.get("sources") or [spec["source"]]:
            if "chart" in source:
                yield body["metadata"]["name"], spec["destination"]["namespace"], source


def sources(project: Path, environment: str) -> list[tuple[str, dict[str, Any]]]:
    """Namespace and chart source of every Application of an environment, and of the releases of its gitops stack."""
    found = [(namespace, source) for _, namespace, source in of_applications(project, environment)]
    stack = json.loads((project / f"dist/terraform/stacks/{environment}-gitops/cdk.tf.json").read_bytes())
    for release in stack["resource"]["helm_release"].values():
        if release.get("repository"):
            values = {key: value for text in release["values"] for key, value in json.loads(text).items()}
            helm = {"releaseName": release["name"], "valuesObject": values}
            source = {"repoURL": release["repository"], "chart": release["chart"], "targetRevision": release["version"]}
            found.append((release["namespace"], {**source, "helm": helm}))
    return found


def rendered(
    repository: ChartRepository, namespace: str, source: dict[str, Any], helm: str = "helm"
) -> list[dict[str, Any]]:
    """What Helm makes of a chart source, read anew for every caller."""
    text = _rendered(repository.folder, repository.instead[source["repoURL"]], namespace, json.dumps(source), helm)
    return [body for body in yaml.load_all(text, yaml.CSafeLoader) if body]


@cache
def _rendered(folder: Path, url: str, namespace: str, text: str, helm: str) -> str:
    source = json.loads(text)
    file = folder / "values.json"
    file.write_text(json.dumps(source["helm"].get("valuesObject", {})), encoding="utf-8")
    done = subprocess.run(
        [
            *(str(path(helm)), "template", source["helm"]["releaseName"], source["chart"], "--namespace", namespace),
            *("--repo", url, "--version", source["targetRevision"]),
            *("--values", str(file), "--kube-version", KUBERNETES),
        ],
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
