"""Small pieces of Markdown, and docstrings of attributes."""

from __future__ import annotations

import ast
import inspect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType

__all__ = ["GENERATED", "attribute_docs", "joined", "named_docs", "table"]

GENERATED = "<!-- Made by `python -m andamio.docs`; do not edit. -->"
"""Second line of each generated page."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a `|` in a cell is escaped, line ends become spaces."""
    lines = [_row(head), _row(["---"] * len(head)), *(_row([_cell(cell) for cell in row]) for row in rows)]
    return "\n".join(lines) + "\n"


def joined(items: Iterable[str]) -> str:
    """`a`, `b`, `c`: each as code."""
    return ", ".join(f"`{item}`" for item in items)


def attribute_docs(owner: type) -> dict[str, str]:
    """Attribute of a class → the docstring that follows it, on one line; those without one are left out."""
    body = ast.parse(inspect.getsource(owner)).body[0]
    return dict(_documented(body.body)) if isinstance(body, ast.ClassDef) else {}


def named_docs(module: ModuleType) -> dict[str, str]:
    """Name that a module assigns → the docstring that follows it, on one line."""
    return dict(_documented(ast.parse(inspect.getsource(module)).body))


def _documented(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement, after in itertools.pairwise(body):
        if not isinstance(after, ast.Expr) or not isinstance(after.value, ast.Constant):
            continue
        if isinstance(statement, ast.AnnAssign):
            target: ast.expr = statement.target
        elif isinstance(statement, ast.Assign):
            target = statement.targets[0]
        else:
            continue
        if isinstance(target, ast.Name):
            yield target.id, " ".join(str(after.value.value).split())


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
