"""Faults of nodes."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from andamio.contract.labels import POOL_LABEL
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.faults.scene import Fault, Scene

__all__ = ["NODE_LOSS"]

_PODS_AWAY: Final = 180.0
"""Seconds until pods of a node that is gone are counted out (40 s of quarantine in the pod collector) and made anew."""


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

        def moved() -> bool:
            return not any(_node(pod) == name for pod in scene.client.all_of("v1", "Pod"))

        scene.wait("no pod is counted on it any more", moved, seconds=_PODS_AWAY)
        taken = scene.wait_until_healthy(seconds=_PODS_AWAY)
    finally:
        _put_back(scene, nodes[name])
    return f"the pods of {name} run on the other nodes, {taken:.0f} s after they were counted out; the node is back."


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
    expects="Its pods run on the remaining nodes within three minutes; services with two replicas answer all the time.",
    run=_node_loss,
)
