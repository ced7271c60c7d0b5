"""An environment's objects on a real API server: what it said, and what the controllers made of them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from andamio.checks.capacity import NODE_AGENTS
from andamio.engines.client import Answer, Client
from andamio.engines.control_plane import PROGRAMS, ControlPlane
from andamio.engines.definitions import define
from andamio.engines.nodes import nodes
from andamio.model import Environment

CRDS = ("argo-cd-crds", "external-secrets-crds", "cert-manager-crds", "gateway-api-crds", "cilium-crds")
NEEDED = (*PROGRAMS, "kwok-stages", *CRDS)
PATIENCE = 180

_COUNTED_AT_ONCE = re.compile(r"Operation cannot be fulfilled on resourcequotas .* the object has been modified")

_FIRST = ("Namespace", "PriorityClass", "ValidatingAdmissionPolicy", "ClusterRole")
_LAST = ("Deployment", "Job", "CronJob", "HorizontalPodAutoscaler")


@dataclass(frozen=True, kw_only=True)
class Written:
    """One file of `dist/k8s/<env>/`."""

    file: str
    text: str
    body: dict[str, Any]

    @property
    def kind(self) -> str:
        return self.body["kind"]

    @property
    def name(self) -> str:
        return self.body["metadata"]["name"]

    @property
    def namespace(self) -> str:
        return self.body["metadata"].get("namespace", "")


def read(folder: Path) -> list[Written]:
    """Every object of an environment, in an order in which the server takes it."""
    found = []
    for file in sorted(folder.glob("*/*.yaml")):
        if file.name != "kustomization.yaml":
            text = file.read_text(encoding="utf-8")
            body = yaml.load(text, yaml.CSafeLoader)
            found.append(Written(file=str(file.relative_to(folder)), text=text, body=body))
    return sorted(found, key=lambda one: _rank(one.kind))


def _rank(kind: str) -> int:
    return 0 if kind in _FIRST else 2 if kind in _LAST else 1


def until(ready: Callable[[], Any], *, seconds: float = PATIENCE) -> bool:
    """Whether something came true in time."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(0.5)
    return True


@dataclass
class Cluster:
    """A control plane with an environment's nodes and objects."""

    environment: Environment
    plane: ControlPlane
    written: list[Written]
    answers: dict[str, Answer] = field(default_factory=dict)
    """What the server said to each file when it was applied first."""

    @property
    def client(self) -> Client:
        return self.plane.client

    def of_kind(self, kind: str) -> list[Written]:
        return [one for one in self.written if one.kind == kind]

    def install_definitions(self) -> None:
        """The real definitions of the custom kinds, from the projects that own them."""
        define(self.client, *CRDS)

    def run_node_agents(self) -> None:
        """A pod on each node that asks for what OVHcloud's own pods ask for there."""
        labels = {"app": "node-agents"}
        resources = {"requests": {"cpu": f"{NODE_AGENTS.cpu}m", "memory": f"{NODE_AGENTS.memory}Mi"}}
        agents = {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": "node-agents", "namespace": "kube-system"},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        "priorityClassName": "system-node-critical",
                        "tolerations": [{"operator": "Exists"}],
                        "containers": [{"name": "agents", "image": "agents:1", "resources": resources}],
                    },
                },
            },
        }
        answer = self.client.apply(agents)
        assert answer.ok, answer.message

    def apply(self) -> dict[str, Answer]:
        """Apply every file, its very bytes."""
        answers: dict[str, Answer] = {}
        for rank in range(3):
            batch = [one for one in self.written if _rank(one.kind) == rank]
            answers.update(zip((one.file for one in batch), self.client.each(self._apply_one, batch), strict=True))
        return answers

    def _apply_one(self, one: Written) -> Answer:
        return self.client.apply(one.body, text=one.text)

    def changed_by_applying_again(self) -> list[str]:
        """What is not the same after each file is applied once more.

        Controllers write status in between, so what differs is looked at again, alone and twice in a row.
        """
        differs = [
            one for one, same in zip(self.written, self.client.each(self._same, self.written), strict=True) if not same
        ]
        return [one.file for one in differs if not any(self._same(one) for _ in range(5))]

    def _same(self, one: Written) -> bool:
        """Whether applying a file once more leaves its object as it is; one that was refused has none to change."""
        if not self.answers[one.file].ok:
            return True
        before = self.client.get(one.body).body["metadata"]["resourceVersion"]
        return bool(self._apply_one(one).body["metadata"].get("resourceVersion") == before)

    def unsettled(self) -> list[str]:
        """What does not run yet, each with its state."""
        open_ones = []
        for one in self.client.all_of("apps/v1", "Deployment"):
            status, wanted = one["status"], one["spec"]["replicas"]
            counts = [status.get(name, 0) for name in ("replicas", "updatedReplicas", "readyReplicas")]
            if status.get("observedGeneration") != one["metadata"]["generation"] or counts != [wanted] * 3:
                name = f"{one['metadata']['namespace']}/{one['metadata']['name']}"
                open_ones.append(f"Deployment {name}: {wanted} wanted, {counts} (all, updated, ready)")
        for one in self.client.all_of("batch/v1", "Job"):
            if not one["status"].get("succeeded"):
                open_ones.append(f"Job {one['metadata']['namespace']}/{one['metadata']['name']}: {one['status']}")
        for one in self.client.all_of("autoscaling/v2", "HorizontalPodAutoscaler"):
            if one["status"].get("currentReplicas", 0) < one["spec"]["minReplicas"]:
                open_ones.append(f"HorizontalPodAutoscaler {one['metadata']['name']}: {one['status']}")
        return open_ones

    def settle(self) -> list[str]:
        """Wait until everything runs; what does not run in time."""
        until(lambda: not self.unsettled())
        return self.unsettled()

    def complaints(self, *reasons: str) -> list[str]:
        """Warnings that controllers and the scheduler left, of these reasons.

        Left out is what no quota and no policy said: several requests counted against one quota at the same moment,
        and the server asked for another try (which the controllers make; `settle` waits for its outcome).
        """
        return sorted(
            f"{event['involvedObject'].get('namespace', '')}/{event['involvedObject']['name']}: {event['message']}"
            for event in self.client.all_of("v1", "Event")
            if event["reason"] in reasons and not _COUNTED_AT_ONCE.search(event["message"])
        )

    def pods(self) -> list[dict[str, Any]]:
        """Every pod of the environment, node agents left out."""
        return [pod for pod in self.client.all_of("v1", "Pod") if pod["metadata"]["namespace"] != "kube-system"]


def prepared(environment: Environment, folder: Path, plane: ControlPlane) -> Cluster:
    """A cluster with definitions and node agents, and nothing of the environment yet."""
    cluster = Cluster(environment=environment, plane=plane, written=read(folder))
    cluster.install_definitions()
    cluster.run_node_agents()
    return cluster


def control_plane(environment: Environment) -> ControlPlane:
    """A control plane with as few nodes as the environment may have."""
    return ControlPlane(nodes=nodes(environment), services=environment.network.services)
