"""The tests that a new project starts with pass on the catalog that it starts with."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.testing.test_guide import run

TEMPLATE = "constructs/andamio/templates/project"


def test_a_new_project_passes_its_own_tests(project: Path, tmp_path: Path) -> None:
    root = tmp_path / "new project"
    for folder in ("catalog", "tests"):
        shutil.copytree(project / TEMPLATE / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    done = run(root, project)
    assert "5 passed" in done.stdout, done.stdout + done.stderr
