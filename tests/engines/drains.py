"""Drains nodes as `kubectl drain` does: by the eviction API, which asks disruption budgets, again until it may.

Several nodes are drained at once, so that a budget is asked for more than it grants.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from andamio.engines.nodes import nodes
from andamio.knowledge.ovh.clusters import DRAIN_MINUTES
from tests.engines.cluster import PATIENCE, Cluster

_ZONE = "topology.kubernetes.io/zone"


@dataclass(kw_only=True)
class Drain:
    """What happened while nodes were drained, and until everything ran again."""

    nodes: tuple[str, ...]
    left: list[str] = field(default_factory=list)
    """Pods that could not be evicted in the time that a drain waits."""

    held: int = 0
    """Pods on these nodes at the beginning."""

    evicted: int = 0
    refused: int = 0
    """Evictions that a budget refused for the moment."""

    added: list[str] = field(default_factory=list)
    """Nodes that the autoscaler would have added, as pods had no room."""

    unsettled: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    """Services of two replicas or more that had none ready for a moment."""

    strays: list[str] = field(default_factory=list)
    """Pods that run on a drained node in the end."""


def most_used(cluster: Cluster) -> str:
    """The application node with the most pods."""
    count: dict[str, int] = {}
    for pod in cluster.pods():
        node = pod["spec"].get("nodeName", "")
        count[node] = count.get(node, 0) + 1
    return max((name for name in _of_role(cluster, "applications")), key=lambda name: count.get(name, 0))


def of_zone(cluster: Cluster, zone: str) -> tuple[str, ...]:
    """The nodes of a zone."""
    return tuple(sorted(name for name, labels in _labels(cluster).items() if labels[_ZONE] == zone))


def drain(cluster: Cluster, names: Iterable[str], *, grow: bool) -> Drain:
    """Drain nodes, wait until everything runs elsewhere, and let the nodes take pods again.

    Args:
        cluster: Whose nodes.
        names: Which, drained at once.
        grow: Whether nodes are added, up to the pools' maximum, while pods have no room.
    """
    made = Drain(nodes=tuple(names))
    for name in made.nodes:
        _cordon(cluster, name, on=True)
    made.held = len(_on(cluster, made.nodes))
    try:
        _empty(cluster, made)
        _settle(cluster, made, grow=grow)
        made.strays = [_name(pod) for pod in _on(cluster, made.nodes)]
    finally:
        for name in made.nodes:
            _cordon(cluster, name, on=False)
    return made


def _empty(cluster: Cluster, made: Drain) -> None:
    limit = time.monotonic() + min(DRAIN_MINUTES * 60, PATIENCE)
    while pods := _on(cluster, made.nodes):
        for pod in pods:
            if "deletionTimestamp" not in pod["metadata"]:
                _evict(cluster, pod, made)
        _look(cluster, made)
        if time.monotonic() > limit:
            made.left += [_name(pod) for pod in pods]
            return
        time.sleep(0.2)


def _evict(cluster: Cluster, pod: Mapping[str, Any], made: Drain) -> None:
    metadata = {"name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"]}
    path = cluster.client.path("v1", "Pod", metadata["name"], metadata["namespace"]) + "/eviction"
    answer = cluster.client.request("POST", path, {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata})
    made.evicted += answer.ok
    made.refused += answer.status == HTTPStatus.TOO_MANY_REQUESTS
    assert answer.ok or answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.NOT_FOUND), answer.message


def _settle(cluster: Cluster, made: Drain, *, grow: bool) -> None:
    limit = time.monotonic() + PATIENCE
    spare = [one for one in nodes(cluster.environment, largest=True) if grow and _for_applications(one)]
    while True:
        _look(cluster, made)
        made.unsettled = cluster.unsettled()
        made.pending = [_name(pod) for pod in cluster.pods() if _has_no_room(pod)]
        if not (made.unsettled or made.pending) or time.monotonic() > limit:
            return
        spare = [one for one in spare if one["metadata"]["name"] not in _labels(cluster)]
        if made.pending and spare:
            cluster.plane.add_nodes(spare[:1])
            made.added.append(spare[0]["metadata"]["name"])
        time.sleep(0.5)


def _look(cluster: Cluster, made: Drain) -> None:
    """Note which services of several replicas have none ready."""
    for one in cluster.client.all_of("apps/v1", "Deployment"):
        if one["spec"]["replicas"] > 1 and not one["status"].get("readyReplicas"):
            made.down.add(one["metadata"]["namespace"])


def _cordon(cluster: Cluster, node: str, *, on: bool) -> None:
    answer = cluster.client.merge(cluster.client.path("v1", "Node", node), {"spec": {"unschedulable": on or None}})
    assert answer.ok, answer.message


def _on(cluster: Cluster, names: Collection[str]) -> list[dict[str, Any]]:
    """The pods of nodes but those of their agents and those that ended."""
    return [
        pod
        for pod in cluster.pods()
        if pod["spec"].get("nodeName") in names and pod["status"]["phase"] not in ("Succeeded", "Failed")
    ]


def _has_no_room(pod: Mapping[str, Any]) -> bool:
    return any(
        one["type"] == "PodScheduled" and one.get("reason") == "Unschedulable"
        for one in pod["status"].get("conditions") or ()
    )


def _labels(cluster: Cluster) -> dict[str, dict[str, str]]:
    return {one["metadata"]["name"]: one["metadata"]["labels"] for one in cluster.client.all_of("v1", "Node")}


def _of_role(cluster: Cluster, role: str) -> list[str]:
    return sorted(name for name, labels in _labels(cluster).items() if labels["andamio.dev/pool"] == role)


def _for_applications(node: Mapping[str, Any]) -> bool:
    labels: Mapping[str, str] = node["metadata"]["labels"]
    return labels["andamio.dev/pool"] == "applications"


def _name(pod: Mapping[str, Any]) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
