"""The order of Applications, computed from what depends on what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from andamio.knowledge.nearest import nearest

__all__ = ["OrderError", "waves"]


class OrderError(ValueError):
    """Dependencies that no order satisfies: a cycle, or something that nobody is."""


def waves(needs: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """The wave of each node, by name: 0 where it needs nothing, else one more than the last of what it needs.

    `needs` maps each node to the nodes that have to be healthy before it.

    Raises:
        OrderError: nodes need each other in a circle (the message names it), or one needs a node that is not there.
    """
    found: dict[str, int] = {}
    for node in sorted(needs):
        _visit(node, needs, found, [])
    return dict(sorted(found.items()))


def _visit(node: str, needs: Mapping[str, Iterable[str]], found: dict[str, int], path: list[str]) -> int:
    if node in found:
        return found[node]
    if node in path:
        circle = " → ".join([*path[path.index(node) :], node])
        raise OrderError(f"no order of Applications is possible: {circle}")
    if node not in needs:
        close = nearest(node, needs)
        hint = f"; did you mean {close}?" if close else ""
        raise OrderError(f"{path[-1]} needs {node}, which is no Application{hint}")
    below = [_visit(other, needs, found, [*path, node]) for other in sorted(needs[node])]
    found[node] = max(below, default=-1) + 1
    return found[node]
