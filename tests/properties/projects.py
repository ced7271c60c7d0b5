"""Copies of the reference project on disk, and the command run on them as people run it."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

__all__ = ["copy_of", "environment_without", "reference_tree", "reordered", "run", "tree"]

_MADE: dict[str, Path] = {}


def copy_of(project: Path, target: Path, *, compositions: bool = False) -> Path:
    """A copy of the reference catalog in `target`, with `infra/` and `k8s/` if asked for."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("catalog", *(("infra", "k8s") if compositions else ())):
        shutil.copytree(project / name, target / name, ignore=ignored)
    return target


def run(
    folder: Path,
    *arguments: str,
    python: Sequence[str] = (sys.executable,),
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """`andamio` with `arguments` in `folder`."""
    return subprocess.run(
        [*python, "-m", "andamio", *arguments],
        cwd=folder,
        env=environment_without("NO_COLOR", "PYTHONHASHSEED") | dict(variables or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def environment_without(*names: str) -> dict[str, str]:
    """The variables of this process but for `names`."""
    return {key: value for key, value in os.environ.items() if key not in names}


def tree(folder: Path) -> dict[str, bytes]:
    """Path → bytes of every file below `folder`."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def reference_tree(project: Path, factory: pytest.TempPathFactory) -> Path:
    """A project with the reference catalog, synthesized once for all tests that only read it."""
    if "project" not in _MADE:
        folder = copy_of(project, factory.mktemp("reference"))
        done = run(folder, "synth", variables={"PYTHONHASHSEED": "0"})
        assert done.returncode == 0, done.stderr
        _MADE["project"] = folder
    return _MADE["project"]


def reordered(path: Path) -> None:
    """Rewrite a catalog file so that what it declares stands in reverse order."""
    source = path.read_text()
    body = ast.parse(source).body
    calls = [node for node in body if _declares(node)]
    lines = source.splitlines(keepends=True)
    texts = {id(node): "".join(lines[node.lineno - 1 : node.end_lineno]) for node in body}
    others = [texts[id(node)] for node in body if node not in calls]
    path.write_text("\n".join([*others, *(texts[id(node)] for node in reversed(calls))]) + "\n")


def _declares(node: ast.stmt) -> bool:
    value = getattr(node, "value", None)
    called = getattr(getattr(value, "func", None), "id", "")
    return isinstance(node, ast.Assign) and called in ("Shared", "Environment", "Tombstone", "Service")
