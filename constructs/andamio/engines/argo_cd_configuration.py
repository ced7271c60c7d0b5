"""How Argo CD is configured: the objects that its chart makes of its values, and what its programs read from them.

Names of settings and how they reach a program are read from Argo CD's own manifests, so that nothing is written twice:
the ConfigMaps that it brings, with the values of the catalog's chart over them, and in each program's manifest which
setting becomes which variable.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from andamio.engines.errors import EngineError
from andamio.engines.find import files

__all__ = ["MANIFESTS", "NAMESPACE", "PROGRAMS", "configuration", "environment", "release_values"]

NAMESPACE: Final = "argocd"
"""Namespace in which Argo CD lives."""

MANIFESTS: Final = "argo-cd-manifests"
"""Name of Argo CD's own manifests among the modules' files."""

PROGRAMS: Final[Mapping[str, str]] = {
    "repo-server": "argocd-repo-server",
    "application-controller": "argocd-application-controller",
    "server": "argocd-server",
}
"""The name by which each program is told what to be."""

_SECTIONS: Final = {"cm": "argocd-cm", "params": "argocd-cmd-params-cm", "rbac": "argocd-rbac-cm"}
_OF_THE_CHART: Final = ("create", "annotations")


def release_values(stack: Path, release: str) -> dict[str, Any]:
    """The values of a Helm release of a stack, from its `cdk.tf.json`.

    Raises:
        EngineError: the stack has no such release, or one whose values are not known before a deploy.
    """
    try:
        releases = json.loads(stack.read_bytes()).get("resource", {}).get("helm_release", {})
    except ValueError as error:
        raise EngineError(f"{stack} is damaged: {error}. Run `andamio synth` where it comes from.") from None
    for body in releases.values():
        if body["name"] == release:
            found: dict[str, Any] = {}
            for text in body.get("values", ()):
                found.update(json.loads(text))
            return found
    raise EngineError(f"{stack} has no Helm release {release!r}.")


def configuration(values: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """ConfigMaps and the Secret that Argo CD starts with: those that it brings, the values of chart argo-cd over them.

    Raises:
        EngineError: the values have a setting for a ConfigMap that is not known here.
    """
    given = dict(values.get("configs", {}))
    data = {name: given.pop(section, {}) for section, name in _SECTIONS.items()}
    given.pop("secret", None)
    if given:
        raise EngineError(
            f"Nothing is known of what chart argo-cd makes of configs.{', configs.'.join(sorted(given))}."
        )
    made = []
    for body in _manifests("ConfigMap", "Secret"):
        body["metadata"]["namespace"] = NAMESPACE
        settings = data.get(body["metadata"]["name"], {})
        texts = {key: _text(value) for key, value in settings.items() if key not in _OF_THE_CHART}
        if texts:
            body["data"] = {**body.get("data", {}), **texts}
        made.append(body)
    return tuple(made)


def environment(program: str, configs: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What a program of Argo CD reads from ConfigMaps at its start, as variables.

    Args:
        program: One of `PROGRAMS`.
        configs: Data of ConfigMaps by name.
    """
    found: dict[str, str] = {}
    for body in _manifests("Deployment", "StatefulSet"):
        if body["metadata"]["name"] != PROGRAMS[program]:
            continue
        for variable in body["spec"]["template"]["spec"]["containers"][0]["env"]:
            source = variable.get("valueFrom", {}).get("configMapKeyRef")
            value = configs.get(source["name"], {}).get(source["key"]) if source else None
            if value is not None:
                found[variable["name"]] = value
    return found


def _manifests(*kinds: str) -> Iterator[dict[str, Any]]:
    documents: Sequence[Path] = files(MANIFESTS)
    for file in documents:
        if file.suffix == ".yaml":
            body = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
            if body["kind"] in kinds:
                yield body


def _text(value: object) -> str:
    """A value as Helm writes it into a ConfigMap."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
