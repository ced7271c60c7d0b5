"""What synthesis made, or had made before: Terraform stacks and Kubernetes objects as plain data."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from andamio.checks.revision import OutputError, fork_point, git

__all__ = ["POD_SPECS", "Document", "Output", "OutputError", "Resource", "pod_spec"]

POD_SPECS: Mapping[str, tuple[str, ...]] = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Kind → where the spec of its pods stands."""

_STACKS = "terraform/stacks"
_STACK_FILE = "cdk.tf.json"


@dataclass(frozen=True, kw_only=True)
class Document:
    """One Kubernetes object and where it lies."""

    environment: str
    folder: str
    file: str
    """Path below `k8s/`, such as `dev/orders/Deployment.orders.yaml`."""

    body: Mapping[str, Any]

    @cached_property
    def kind(self) -> str:
        """Its kind."""
        return str(self.body.get("kind", ""))

    @cached_property
    def name(self) -> str:
        """Its name."""
        return str((self.body.get("metadata") or {}).get("name", ""))

    @cached_property
    def namespace(self) -> str:
        """Its namespace; empty when it names none."""
        return str((self.body.get("metadata") or {}).get("namespace", ""))

    @cached_property
    def labels(self) -> Mapping[str, Any]:
        """Its labels."""
        return (self.body.get("metadata") or {}).get("labels") or {}

    @cached_property
    def text(self) -> str:
        """All of it as one line of JSON, for searches."""
        return json.dumps(self.body, ensure_ascii=False, default=str)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One Terraform resource of a stack."""

    stack: str
    type: str
    label: str
    body: Mapping[str, Any]

    @property
    def address(self) -> str:
        """Its address in the stack's state."""
        return f"{self.type}.{self.label}"


@dataclass(frozen=True, kw_only=True)
class Output:
    """Everything under `dist/`, or the Terraform half of it."""

    stacks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Stack → its `cdk.tf.json`, parsed."""

    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Path below `k8s/` (`<env>/<folder>/<file>`) → the object."""

    slim_paths: frozenset[str] = frozenset()
    """Paths of objects that stand there in their slim form, since they passed the rules on single objects before."""

    @classmethod
    def read(cls, dist: Path) -> Output:
        """The stacks under `dist`. Kubernetes objects are left out: no rule asks for those of before.

        A folder that does not exist is an empty output: the first synthesis has no previous one.

        Raises:
            OutputError: a stack's file is damaged.
        """
        files = sorted((dist / _STACKS).glob(f"*/{_STACK_FILE}"))
        return cls(stacks={path.parent.name: _parsed(path.read_bytes(), str(path)) for path in files})

    @classmethod
    def at_git_ref(cls, ref: str, dist: Path) -> Output:
        """The stacks under `dist` as they were where this branch left `ref` (the merge base of HEAD and `ref`).

        Raises:
            OutputError: `dist` lies in no git repository, `ref` is unknown or shares no history, or a file is damaged.
        """
        here = next(folder for folder in (dist, *dist.resolve().parents) if folder.is_dir())
        root, base = fork_point(here, ref)
        if not dist.resolve().is_relative_to(root.resolve()):
            raise OutputError(f"{dist} leads out of the repository {root}; leave out --against")
        place = PurePosixPath(dist.resolve().relative_to(root.resolve()).as_posix()) / _STACKS
        if not git(root, "ls-tree", "-d", base, "--", str(place)):
            return cls()
        content_of = io.BytesIO(git(root, "archive", "--format=tar", base, "--", str(place)))
        stacks = {}
        with tarfile.open(fileobj=content_of) as archive:
            for member in archive.getmembers():
                path = PurePosixPath(member.name)
                content = archive.extractfile(member) if path.name == _STACK_FILE else None
                if content is not None:
                    stacks[path.parent.name] = _parsed(content.read(), f"{base[:12]}:{path}")
        return cls(stacks=dict(sorted(stacks.items())))

    @cached_property
    def objects(self) -> tuple[Document, ...]:
        """Every Kubernetes object, by path."""
        found = []
        for path, body in sorted(self.documents.items()):
            environment, folder, _ = (*path.split("/", 2), "", "")[:3]
            found.append(Document(environment=environment, folder=folder, file=path, body=body))
        return tuple(found)

    @cached_property
    def fresh(self) -> tuple[Document, ...]:
        """The objects that stand there as a whole: those that rules on single objects look at."""
        return tuple(document for document in self.objects if document.file not in self.slim_paths)

    @cached_property
    def pods(self) -> tuple[tuple[Document, Mapping[str, Any]], ...]:
        """Each object that makes pods, with their spec."""
        specs = ((document, pod_spec(document.body)) for document in self.objects)
        return tuple((document, spec) for document, spec in specs if spec is not None)

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Every Terraform resource, by stack, type and label."""
        return tuple(self._of("resource"))

    @cached_property
    def data_sources(self) -> tuple[Resource, ...]:
        """Every Terraform data source, by stack, type and label."""
        return tuple(self._of("data"))

    def moved(self, stack: str) -> dict[str, str]:
        """Old address → where a stack's `moved` blocks lead to from it, each block taking up where another ends."""
        steps = {str(block.get("from")): str(block.get("to")) for block in _blocks(self.stacks.get(stack, {}), "moved")}
        return {start: _end(steps, start) for start in steps}

    def removed(self, stack: str) -> frozenset[str]:
        """Addresses that a stack's `removed` blocks forget without destroying them."""
        return frozenset(
            str(block.get("from"))
            for block in _blocks(self.stacks.get(stack, {}), "removed")
            if _mapping(block.get("lifecycle")).get("destroy") is False
        )

    def _of(self, section: str) -> Iterator[Resource]:
        for stack, document in sorted(self.stacks.items()):
            for kind, labelled in sorted(_mapping(document.get(section)).items()):
                for label, bodies in sorted(_mapping(labelled).items()):
                    # Terraform's JSON takes a list of blocks too, of which a resource has one.
                    body = bodies[0] if isinstance(bodies, list) and bodies else bodies
                    yield Resource(stack=stack, type=kind, label=label, body=_mapping(body))


def _mapping(value: object) -> Mapping[str, Any]:
    """`value` where it is an object; a stack that was written by hand may have something else there."""
    return value if isinstance(value, Mapping) else {}


def _end(steps: Mapping[str, str], start: str) -> str:
    """Where `steps` lead to from `start`; blocks written by hand may lead in a circle, which ends where it closes."""
    at, passed = start, {start}
    while at in steps and steps[at] not in passed:
        at = steps[at]
        passed.add(at)
    return at


def pod_spec(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The spec of the pods that an object makes; None when it makes none."""
    path = POD_SPECS.get(str(body.get("kind")))
    if path is None:
        return None
    found: Any = body
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None


def _blocks(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = document.get(name) or []
    blocks = [found] if isinstance(found, Mapping) else found if isinstance(found, list) else []
    return [_mapping(block) for block in blocks]


def _parsed(content: bytes, file: str) -> Mapping[str, Any]:
    try:
        document = json.loads(content)
    except ValueError as error:
        raise OutputError(f"{file} is not JSON ({error}); take it from git, or delete it and synthesize anew") from None
    if not isinstance(document, dict):
        raise OutputError(f"{file} holds no JSON object; take it from git, or delete it and synthesize anew")
    return document
