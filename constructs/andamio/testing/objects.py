"""Finds Kubernetes objects in what was synthesized for one environment."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from andamio.checks.finding import did_you_mean
from andamio.checks.output import Document
from andamio.testing.parties import Pod
from andamio.testing.pods import PodTemplate, pod_templates
from andamio.testing.reach import Reach

__all__ = ["EnvironmentObjects", "FolderObjects", "Objects"]


class Objects:
    """Kubernetes objects, found by kind, name and namespace.

    What is handed out is a copy: a test may change it.
    """

    def __init__(self, documents: Iterable[Document], *, place: str) -> None:
        """`place` is named in messages."""
        self._documents = tuple(documents)
        self._place = place

    def find(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        """The one object of `kind` and `name`; default: in whichever namespace it is.

        Raises `LookupError`, with the nearest name, when there is none, or several.
        """
        found = [body for body in self._all(kind, namespace) if body["metadata"]["name"] == name]
        if len(found) == 1:
            return copy.deepcopy(dict(found[0]))
        if found:
            places = ", ".join(sorted(_namespace(body) or "no namespace" for body in found))
            what = f'{len(found)} objects {kind} "{name}" {self._place}'
            raise LookupError(f"there are {what}: in {places}; give one as namespace=...")
        raise LookupError(f'there is no {kind} "{name}"{_inside(namespace)} {self._place}. {self._hint(kind, name)}')

    def all(self, kind: str | None = None, namespace: str | None = None) -> list[dict[str, Any]]:
        """Every object, of `kind` and in `namespace` where given, sorted by file."""
        return [copy.deepcopy(dict(body)) for body in self._all(kind, namespace)]

    def pod_templates(self) -> list[PodTemplate]:
        """The pod template of each workload: Deployment, StatefulSet, DaemonSet, Job, CronJob."""
        return list(pod_templates(self.all()))

    def _all(self, kind: str | None, namespace: str | None) -> list[Mapping[str, Any]]:
        return [
            document.body
            for document in self._documents
            if kind in (None, document.kind) and namespace in (None, document.namespace)
        ]

    def _hint(self, kind: str, name: str) -> str:
        same = {document.name: document for document in self._documents if document.kind == kind}
        if name in same:
            return f'It is in namespace "{same[name].namespace}"'
        if same:
            return did_you_mean(name, same) or f"There are: {', '.join(sorted(same)[:10])}"
        return did_you_mean(kind, {document.kind for document in self._documents}) or f"There is no {kind} at all"

    def __len__(self) -> int:
        return len(self._documents)


class FolderObjects(Objects):
    """The objects of one folder, `dist/k8s/<environment>/<folder>/`, and its files as they would be written."""

    def __init__(self, documents: Iterable[Document], *, place: str, files: Mapping[str, str]) -> None:
        super().__init__(documents, place=place)
        self.files: dict[str, str] = dict(files)
        """Name of each file → its text, `kustomization.yaml` included."""


class EnvironmentObjects(Objects):
    """Every object of one environment."""

    def __init__(
        self, name: str, documents: Iterable[Document], *, files: Mapping[str, str], pod_range: str | None
    ) -> None:
        """`files` are those below `k8s/<name>/`; `pod_range` is given where policies are enforced by address."""
        super().__init__(documents, place=f"in {name}")
        self.name = name
        self._files = files
        self._pod_range = pod_range

    @property
    def folders(self) -> tuple[str, ...]:
        """Names of the folders: one for each service, add-on and platform concern."""
        return tuple(sorted({path.partition("/")[0] for path in self._files}))

    def folder(self, name: str) -> FolderObjects:
        """One of the folders.

        Raises `LookupError`, with the nearest name, when there is none.
        """
        if name not in self.folders:
            near = did_you_mean(name, self.folders)
            raise LookupError(f'there is no folder "{name}" in {self.name}. {near}'.rstrip())
        files = {path.partition("/")[2]: text for path, text in self._files.items() if path.startswith(f"{name}/")}
        documents = (document for document in self._documents if document.folder == name)
        return FolderObjects(documents, place=f"in {self.name}/{name}", files=files)

    def reach(self, *, pods: Iterable[Pod] = ()) -> Reach:
        """Who may reach whom by the network policies; `pods` adds those that no object tells of."""
        bodies = (document.body for document in self._documents)
        return Reach(bodies, pods=pods, pod_range=self._pod_range)


def _namespace(body: Mapping[str, Any]) -> str:
    return str(body["metadata"].get("namespace", ""))


def _inside(namespace: str | None) -> str:
    return f' in namespace "{namespace}"' if namespace else ""
