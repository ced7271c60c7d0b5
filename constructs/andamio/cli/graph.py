"""`andamio graph`: draw the catalog: who calls whom, events, stores, routes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from andamio.checks.finding import did_you_mean
from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError
from andamio.contract.names import gateway_host
from andamio.contract.platform import EnvironmentView, Platform
from andamio.loading import load
from andamio.synthesis.errors import printable
from andamio.synthesis.run import Project

__all__ = ["FORMATS", "Edge", "Node", "drawing", "graph"]


@dataclass(frozen=True, order=True)
class Node:
    """Something in the drawing."""

    id: str
    label: str
    kind: str
    """`service`, `worker`, `job`, `store`, `topic`, `host` or `outside`."""


@dataclass(frozen=True, order=True)
class Edge:
    """A connection, from the one who opens it."""

    source: str
    target: str
    label: str


def drawing(view: EnvironmentView) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    """Nodes and edges of one environment, sorted."""
    nodes: set[Node] = set()
    edges: set[Edge] = set()
    for service in view.services:
        kind = "service" if service.kind == "http" else service.kind
        label = service.name if view.image(service.name) else f"{service.name} (not deployed)"
        nodes.add(Node(service.name, label, kind))
        for callee in service.calls:
            edges.add(Edge(service.name, callee, "calls"))
        if service.database is not None:
            store = view.database_cluster_of(service).name
            nodes.add(Node(store, store, "store"))
            edges.add(Edge(service.name, store, "SQL"))
        if service.cache is not None:
            nodes.add(Node("valkey", "valkey", "store"))
            edges.add(Edge(service.name, "valkey", "cache"))
        for topic in {*service.publishes, *service.subscribes}:
            nodes.add(Node(f"topic {topic}", topic, "topic"))
        edges.update(Edge(service.name, f"topic {topic}", "publishes") for topic in service.publishes)
        edges.update(Edge(f"topic {topic}", service.name, "delivers") for topic in service.subscribes)
        for route in service.routes:
            host = gateway_host(view.environment, route.host)
            nodes.add(Node(f"host {host}", host, "host"))
            edges.add(Edge(f"host {host}", service.name, route.path))
        for outside in service.egress:
            nodes.add(Node(f"outside {outside.host}", outside.host, "outside"))
            edges.add(Edge(service.name, f"outside {outside.host}", f"TCP {outside.port}"))
    return tuple(sorted(nodes)), tuple(sorted(edges))


def _mermaid(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Iterator[str]:
    shapes = {
        "service": ("[", "]"),
        "worker": ("[[", "]]"),
        "job": ("{{", "}}"),
        "store": ("[(", ")]"),
        "topic": ("([", "])"),
        "host": ("((", "))"),
        "outside": (">", "]"),
    }
    ids = {node.id: re.sub(r"[^a-z0-9]", "_", f"{node.id}_{node.kind}") for node in nodes}
    yield "flowchart LR"
    for node in nodes:
        left, right = shapes[node.kind]
        yield f'  {ids[node.id]}{left}"{node.label}"{right}'
    for edge in edges:
        if edge.target in ids:
            yield f'  {ids[edge.source]} -->|"{edge.label}"| {ids[edge.target]}'


def _dot(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Iterator[str]:
    shapes = {
        "service": "box",
        "worker": "box3d",
        "job": "hexagon",
        "store": "cylinder",
        "topic": "cds",
        "host": "circle",
        "outside": "house",
    }
    yield "digraph {"
    yield "  rankdir=LR"
    for node in nodes:
        yield f"  {json.dumps(node.id)} [label={json.dumps(node.label)} shape={shapes[node.kind]}]"
    for edge in edges:
        yield f"  {json.dumps(edge.source)} -> {json.dumps(edge.target)} [label={json.dumps(edge.label)}]"
    yield "}"


def _json(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Iterator[str]:
    yield json.dumps({"nodes": [vars(node) for node in nodes], "edges": [vars(edge) for edge in edges]}, indent=2)


FORMATS: Mapping[str, Callable[[tuple[Node, ...], tuple[Edge, ...]], Iterator[str]]] = {
    "mermaid": _mermaid,
    "dot": _dot,
    "json": _json,
}
"""Name of each format → what writes it."""


def view_of(platform: Platform, environment: str | None) -> EnvironmentView:
    """The environment of that name; the last one (production) without a name. Raises `CommandError`."""
    if environment is None:
        return platform.views[platform.environments[-1].name]
    if environment not in platform.views:
        known = list(platform.views)
        hint = did_you_mean(environment, known) or f"There are {', '.join(known)}."
        raise CommandError(
            f'--environment "{printable(environment)}": no such environment. {hint}', code=ExitCode.USAGE
        )
    return platform.views[environment]


def graph(*, catalog: Path | None = None, environment: str | None = None, form: str = "mermaid") -> int:
    """Print the drawing of one environment and return the exit code."""
    if form not in FORMATS:
        raise CommandError(f'--format "{printable(form)}": write one of {", ".join(FORMATS)}', code=ExitCode.USAGE)
    platform = load(Project.at(catalog=catalog).catalog)
    for line in FORMATS[form](*drawing(view_of(platform, environment))):
        terminal.print_line(line)
    return ExitCode.OK
