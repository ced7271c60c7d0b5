"""The code in the guide is one test file, and it passes as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GUIDE = "docs/guides/test-your-platform.md"


@pytest.fixture(scope="module")
def code(project: Path) -> str:
    return "\n\n".join(re.findall(r"```python\n(.*?)```", (project / GUIDE).read_text(), re.DOTALL))


@pytest.fixture
def copy(project: Path, tmp_path: Path, code: str) -> Path:
    """A project with the reference catalog and the guide's tests, in a folder with a space."""
    root = tmp_path / "my platform"
    for folder in ("catalog", "infra", "k8s"):
        shutil.copytree(project / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tests").mkdir()
    (root / "tests" / "test_platform.py").write_text(code)
    return root


def run(root: Path, project: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(project / "constructs"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_as_it_stands(copy: Path, project: Path, code: str) -> None:
    assert code.count("def test_") == 11
    made = run(copy, project, ANDAMIO_UPDATE_GOLDEN="1")
    assert "11 passed" in made.stdout, made.stdout + made.stderr
    assert (copy / "tests/golden/cart/Deployment.cart.yaml").is_file()
    compared = run(copy, project)
    assert "11 passed" in compared.stdout, compared.stdout + compared.stderr


def test_it_speaks_of_everything_that_is_public(project: Path) -> None:
    from andamio import testing

    text = (project / GUIDE).read_text()
    methods = [name for name in vars(testing.Reach) if not name.startswith("_") and name not in {"party", "callees"}]
    for name in [*methods, "synthesize", "assert_golden", "minimal_platform", "UnsupportedPolicyError", "Pod("]:
        assert name in text, name
