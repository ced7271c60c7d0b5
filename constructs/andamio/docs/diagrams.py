"""Diagrams of the catalog and of what is deployed in which order, as Mermaid in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from andamio.cli.graph import FORMATS, Edge, Node, drawing
from andamio.cloud.exchange import EXCHANGE, depends_on
from andamio.contract.platform import EnvironmentView, Platform
from andamio.contract.stacks import ENVIRONMENT_STACKS, SHARED_STACKS, Stack
from andamio.contract.views import context
from andamio.docs.markdown import GENERATED, table
from andamio.kubernetes.units import unit_waves, units

__all__ = ["diagram_pages"]

_VIEWS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "calls": (
        "Calls",
        "Public hosts, the services they lead to, who calls whom, and hosts outside.",
        ("topic", "store"),
    ),
    "events": ("Events", "Who publishes to which topic, and who subscribes to it.", ("host", "outside", "store")),
    "stores": ("Stores", "Which database cluster and cache each service uses.", ("host", "outside", "topic")),
}
"""Page → title, what it shows, kinds of nodes that it leaves out."""


def diagram_pages(platform: Platform) -> dict[str, str]:
    """Path below `docs/` → text of each page with diagrams; the catalog's last environment is the one drawn."""
    view = list(platform.views.values())[-1]
    made = {f"diagrams/{name}.md": _view_page(name, view) for name in _VIEWS}
    made["diagrams/deployment.md"] = _deployment_page(view)
    return made


def _page(title: str, text: str, *parts: str) -> str:
    return "\n".join([f"# {title}\n\n{GENERATED}\n\n{text}\n", *parts])


def _mermaid(lines: Iterable[str]) -> str:
    return "```mermaid\n" + "\n".join(lines) + "\n```\n"


def _view_page(name: str, view: EnvironmentView) -> str:
    title, text, without = _VIEWS[name]
    nodes, edges = drawing(view)
    nodes = tuple(replace(node, label=node.id) if node.kind in _SERVICES else node for node in nodes)
    kinds = {node.id: node.kind for node in nodes}
    seen = tuple(edge for edge in edges if _belongs(name, edge, kinds, without))
    ends = {end for edge in seen for end in (edge.source, edge.target)}
    shown = tuple(node for node in nodes if node.id in ends)
    environment = view.environment.name
    return _page(
        title,
        f"{text} Drawn from the catalog for {environment}.",
        _mermaid(FORMATS["mermaid"](shown, seen)),
        _legend(shown),
    )


def _belongs(name: str, edge: Edge, kinds: Mapping[str, str], without: tuple[str, ...]) -> bool:
    if {kinds.get(edge.source), kinds.get(edge.target)} & set(without):
        return False
    return name == "calls" or edge.label != "calls"


_SERVICES = ("service", "worker", "job")
"""Kinds of nodes whose label tells whether they are deployed. Left out: a release changes no page."""

_SHAPES = {
    "service": "a box answers HTTP",
    "worker": "a box with double sides is a worker",
    "job": "a hexagon is a scheduled job",
    "store": "a cylinder is a managed store",
    "topic": "a rounded box is a topic",
    "host": "a circle is a public host",
    "outside": "a flag is a host outside the platform",
}


def _legend(nodes: Iterable[Node]) -> str:
    kinds = {node.kind for node in nodes}
    shapes = [text for kind, text in _SHAPES.items() if kind in kinds]
    return f"Shapes: {', '.join(shapes)}.\n"


def _deployment_page(view: EnvironmentView) -> str:
    """The order of stacks and of Applications, both computed."""
    waves = unit_waves(units(context(view), databases=bool(view.database_clusters)))
    by_wave: dict[int, list[str]] = {}
    for name, wave in waves.items():
        by_wave.setdefault(wave, []).append(name)
    rows = [(str(wave), ", ".join(sorted(names))) for wave, names in sorted(by_wave.items())]
    rows.append((str(max(by_wave) + 1), "access, and every service"))
    return _page(
        "Deployment",
        "An arrow leads from a stack to one that needs it. Shared stacks and those of environments never read each "
        "other's state; the dotted arrow is what an environment's keys stack copies out of the shared key store.",
        _mermaid(_stacks()),
        "## Order of Applications\n\nArgo CD brings up one wave after the other; the order is computed from what each "
        f"Application needs.\n\n{table(('wave', 'Applications'), rows)}",
        f"## What crosses from stack to stack\n\n{table(('stack', 'output', 'what', 'read by'), _crossings())}",
    )


def _stacks() -> Iterator[str]:
    yield "flowchart LR"
    for title, stacks in (("shared", SHARED_STACKS), ("an environment", ENVIRONMENT_STACKS)):
        yield f'  subgraph "{title}"'
        for stack in stacks:
            yield f'    {_id(stack)}["{stack}"]'
            yield from (f"    {_id(before)} --> {_id(stack)}" for before in depends_on(stack))
        yield "  end"
    yield f"  {_id(Stack.SHARED_REGISTRY_CONTENT)} -.-> {_id(Stack.KEYS)}"


def _id(stack: Stack) -> str:
    return str(stack).replace("-", "_")


def _crossings() -> Iterator[tuple[str, str, str, str]]:
    for stack, outputs in EXCHANGE.items():
        for name, published in outputs.items():
            readers = ", ".join(published.readers) or "`catalog/cloud/`"
            yield str(stack), f"`{name}`", published.doc, readers
