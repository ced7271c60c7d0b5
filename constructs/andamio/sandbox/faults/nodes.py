"""Faults of nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from andamio.contract.labels import POOL_LABEL
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.faults.scene import Fault, NotHealedError, Scene

__all__ = ["NODE_LOSS"]

_PATIENCE: Final = 180.0
"""Seconds until all is well without the node; its pods are counted out after 40 (quarantine of the pod collector)."""


def _node_loss(scene: Scene) -> str:
    nodes = {
        one["metadata"]["name"]: one
        for one in scene.client.all_of("v1", "Node")
        if one["metadata"]["labels"].get(POOL_LABEL) == "applications"
    }
    if len(nodes) < 2:
        raise SandboxError(f"{scene.environment} has one node for services; nothing could take over.")
    load = Counter(_node(pod) for pod in scene.client.all_of("v1", "Pod") if _node(pod) in nodes)
    name = load.most_common(1)[0][0] if load else next(iter(nodes))
    scene.tell(f"node {name} is gone with {load[name]} pods")
    scene.client.request("DELETE", scene.client.path("v1", "Node", name))
    try:
        silent: set[str] = set()
        several = sum(one["spec"]["replicas"] > 1 for one in scene.client.all_of("apps/v1", "Deployment"))

        def moved() -> bool:
            silent.update(_silent(scene, name))
            return not any(_node(pod) == name for pod in scene.client.all_of("v1", "Pod"))

        counted_out = scene.wait("no pod is counted on it any more", moved, seconds=_PATIENCE)
        taken = scene.wait_until_healthy(seconds=max(_PATIENCE - counted_out, 1))
    finally:
        _put_back(scene, nodes[name])
    if silent:
        raise NotHealedError(f"Services of several replicas had none ready elsewhere: {', '.join(sorted(silent))}.")
    kept = "no service here has several replicas"
    if several:
        kept = f"each of the {several} services of several replicas kept one ready elsewhere"
    return f"its pods run on the other nodes, {taken:.0f} s after they were counted out; {kept}; the node is back."


def _silent(scene: Scene, node: str) -> Iterator[str]:
    """Deployments of several replicas of which no pod is ready but on a node that is gone, where nothing answers."""
    ready = [pod for pod in scene.client.all_of("v1", "Pod") if _node(pod) != node and _is_ready(pod)]
    for one in scene.client.all_of("apps/v1", "Deployment"):
        space, wanted = one["metadata"]["namespace"], one["spec"]["selector"]["matchLabels"].items()
        if one["spec"]["replicas"] > 1 and not any(
            pod["metadata"]["namespace"] == space and wanted <= pod["metadata"].get("labels", {}).items()
            for pod in ready
        ):
            yield f"{space}/{one['metadata']['name']}"


def _is_ready(pod: dict[str, Any]) -> bool:
    conditions = pod.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _node(pod: dict[str, Any]) -> str:
    return str(pod["spec"].get("nodeName", ""))


def _put_back(scene: Scene, node: dict[str, Any]) -> None:
    """As the node pool does at OVHcloud: another node of that name and form."""
    metadata = {key: node["metadata"].get(key, {}) for key in ("name", "labels")}
    status = {key: node["status"][key] for key in ("capacity", "allocatable")}
    taints = [taint for taint in node["spec"].get("taints", ()) if not taint["key"].startswith("node.kubernetes.io/")]
    body = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "spec": {"taints": taints}, "status": status}
    answer = scene.client.create(body)
    if not answer.ok and answer.status != 409:
        raise SandboxError(f"The node {metadata['name']} could not be put back: {answer.message}")


NODE_LOSS: Final = Fault(
    name="node-loss",
    does="A node of the services' pool vanishes with the pods on it, as a machine that dies.",
    expects="Its pods run on the remaining nodes within three minutes; services of several replicas keep one ready.",
    run=_node_loss,
)
