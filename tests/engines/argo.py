"""An environment under the real Argo CD: its `dist/` as a git repository, and what the tests ask and do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from andamio.contract.platform import Platform
from andamio.engines.argo_cd import NEEDED as ARGO_CD
from andamio.engines.argo_cd import OFTEN, ArgoCD
from andamio.engines.argo_cd_configuration import NAMESPACE, release_values
from andamio.engines.client import Client
from andamio.engines.control_plane import PROGRAMS, ControlPlane
from andamio.engines.definitions import define
from andamio.engines.find import files
from tests.engines.cluster import control_plane, until
from tests.engines.stand_in import StandIn

CRDS = {
    "argo-cd": "argo-cd-crds",
    "cert-manager": "cert-manager-crds",
    "external-secrets": "external-secrets-crds",
    "gateway-api": "gateway-api-crds",
}
"""Whose Application brings which definitions."""

NEEDED = (*PROGRAMS, "kwok-stages", *ARGO_CD, *CRDS.values(), "cilium-crds")
CORE = "argoproj.io/v1alpha1"


class Repository:
    """A copy of an environment's `dist/k8s/<env>` in a git repository of its own.

    Two things differ from `dist/`: the repository's address, and charts, which cannot be fetched in a test. In place of
    a chart stands a folder with those of the definitions that it brings of which the environment has objects.
    """

    def __init__(self, folder: Path, dist: Path, environment: str, address: str) -> None:
        self.folder = folder
        self.url = folder.as_uri()
        self.environment = self.folder / "dist" / "k8s" / environment
        shutil.copytree(dist / "k8s" / environment, self.environment)
        self._kinds = {file.name.split(".")[0] for file in self.environment.glob("*/*.*.yaml")}
        for file in sorted(self.environment.glob("applications/*.*.yaml")):
            file.write_text(file.read_text(encoding="utf-8").replace(address, self.url), encoding="utf-8")
            self._replace_charts(file)
        self._git("init", "--quiet", "--initial-branch=main")
        self.commit("What is synthesized")

    def _replace_charts(self, file: Path) -> None:
        body = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        spec, name = body["spec"], body["metadata"]["name"]
        if body["kind"] == "AppProject" or not self._foreign(spec):
            return
        if "sources" in spec:
            spec["sources"] = [self._in_place_of(name, source) for source in spec["sources"]]
        else:
            spec["source"] = self._in_place_of(name, spec["source"])
        self.write(file, body)

    def _foreign(self, spec: dict[str, Any]) -> bool:
        return any(source["repoURL"] != self.url for source in spec.get("sources") or [spec["source"]])

    def _in_place_of(self, name: str, source: dict[str, Any]) -> dict[str, Any]:
        if source["repoURL"] == self.url:
            return source
        folder = self.folder / "charts" / name
        folder.mkdir(parents=True)
        for definition in files(CRDS[name]) if name in CRDS else ():
            body = yaml.load(definition.read_text(encoding="utf-8"), yaml.CSafeLoader)
            if body["spec"]["names"]["kind"] in self._kinds:
                shutil.copyfile(definition, folder / definition.name)
        marker = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"chart-{name}"}}
        self.write(folder / "marker.yaml", marker)
        return {"repoURL": self.url, "targetRevision": "main", "path": f"charts/{name}"}

    @staticmethod
    def write(file: Path, *bodies: dict[str, Any]) -> None:
        file.write_text(yaml.safe_dump_all(bodies), encoding="utf-8")

    def file(self, name: str) -> Path:
        """A file of the environment."""
        return self.environment / name

    @contextmanager
    def changed(self, name: str) -> Iterator[dict[str, Any]]:
        """The object of a file, to be changed; nothing is committed yet."""
        file = self.file(name)
        body = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        yield body
        self.write(file, body)

    def commit(self, message: str) -> str:
        """Commit everything; the commit's hash."""
        self._git("add", "--all")
        self._git("-c", "user.name=Test", "-c", "user.email=test@tienda.example", "commit", "--quiet", "-m", message)
        return self._git("rev-parse", "HEAD").strip()

    @contextmanager
    def on_a_branch(self, name: str) -> Iterator[None]:
        """What is changed meanwhile is committed to a branch that no Application reads."""
        self._git("switch", "--quiet", "--create", name)
        try:
            yield
            self.commit(f"On {name}")
        finally:
            self._git("switch", "--quiet", "main")

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass(frozen=True, kw_only=True)
class Shop:
    """An environment that Argo CD keeps in step with a repository."""

    plane: ControlPlane
    argo: ArgoCD
    repository: Repository
    stand_in: StandIn

    @property
    def client(self) -> Client:
        return self.plane.client

    def applications(self) -> dict[str, dict[str, Any]]:
        """Every Application by name."""
        return {one["metadata"]["name"]: one for one in self.client.all_of(CORE, "Application")}

    def application(self, name: str) -> dict[str, Any]:
        """An Application as it is now; empty where there is none."""
        answer = self.client.request("GET", self.client.path(CORE, "Application", name, NAMESPACE))
        return answer.body if answer.ok else {}

    def expected(self) -> set[str]:
        """Names of the Applications that there should be."""
        found = {file.name.split(".")[1] for file in self.repository.file("applications").glob("Application.*.yaml")}
        return found | {"root"}

    def unsettled(self) -> dict[str, str]:
        """What is not both Synced and Healthy, with its state."""
        found = self.applications()
        states = {name: state(found.get(name, {})) for name in self.expected() | set(found)}
        return {name: told for name, told in sorted(states.items()) if not told.startswith("Synced Healthy Succeeded")}

    def settle(self, *, seconds: float = 150) -> dict[str, str]:
        """Wait until everything is Synced and Healthy; what is not in time."""
        until(lambda: not self.unsettled(), seconds=seconds)
        return self.unsettled()

    def at(self, name: str, commit: str) -> bool:
        """Whether an Application's last operation brought it to a commit."""
        body = self.application(name).get("status", {})
        revisions = body.get("sync", {})
        return commit in (revisions.get("revision"), *(revisions.get("revisions") or ())) and (
            revisions.get("status") == "Synced"
        )

    def start_root(self, dist: Path, environment: str) -> None:
        """Make the root Application and its project, as Terraform's release does."""
        values = release_values(dist / "terraform" / "stacks" / f"{environment}-gitops" / "cdk.tf.json", "root")
        for name, given in values["projects"].items():
            self._create("AppProject", name, {**given, "sourceRepos": [self.repository.url]})
        for name, given in values["applications"].items():
            source = {**given["source"], "repoURL": self.repository.url}
            self._create("Application", name, {**given, "source": source})

    def _create(self, kind: str, name: str, given: Mapping[str, Any]) -> None:
        """Make an object of the chart argocd-apps: what is not of its metadata is its spec."""
        metadata = {"name": name, "namespace": given["namespace"], "labels": given["additionalLabels"]}
        spec = {key: value for key, value in given.items() if key not in ("namespace", "additionalLabels")}
        answer = self.client.create({"apiVersion": CORE, "kind": kind, "metadata": metadata, "spec": spec})
        assert answer.ok, answer.message


def state(application: dict[str, Any]) -> str:
    """An Application's state in words: sync, health, phase of the last operation and its messages."""
    status = application.get("status", {})
    operation = status.get("operationState", {})
    refused = operation.get("syncResult", {}).get("resources") or ()
    told = (
        status.get("sync", {}).get("status", "absent"),
        status.get("health", {}).get("status", ""),
        operation.get("phase", ""),
        operation.get("message", ""),
        *(condition["message"] for condition in status.get("conditions") or ()),
        *(one["message"] for one in refused if one.get("status") not in ("Synced", "Pruned")),
    )
    return " ".join(told)


@contextmanager
def shop(
    platform: Platform,
    project: Path,
    folder: Path,
    *,
    environment: str = "dev",
    change: Callable[[Repository], None] | None = None,
    server: bool = False,
) -> Iterator[Shop]:
    """An environment with Argo CD and no root Application yet; `change` changes the first commit."""
    view = platform.views[environment].environment
    dist = project / "dist"
    repository = Repository(folder / "git", dist, environment, platform.shared.repository.url)
    if change is not None:
        change(repository)
        repository.commit("Changed by the test")
    values = release_values(dist / "terraform" / "stacks" / f"{environment}-gitops" / "cdk.tf.json", "argo-cd")
    with control_plane(view) as plane:
        define(plane.client, "cilium-crds")
        argo_cd = ArgoCD(plane, values=values, server=server, overrides=OFTEN)
        with StandIn(plane.client, folder / "stand-in") as stand_in, argo_cd as argo:
            yield Shop(plane=plane, argo=argo, repository=repository, stand_in=stand_in)
