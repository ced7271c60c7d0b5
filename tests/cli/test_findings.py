"""Findings for machines, and the command without a standard output."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest


@pytest.fixture
def broken(project, tmp_path):
    shutil.copytree(project / "catalog", tmp_path / "catalog")
    path = tmp_path / "catalog" / "services" / "cart.py"
    path.write_text(path.read_text().replace('calls=("products",)', 'calls=("prducts",)'))
    return tmp_path


@pytest.mark.parametrize("command", ["synth", "diff", "check"])
def test_findings_are_json_where_json_is_asked_for(broken, command) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "andamio", command, "--json"], cwd=broken, capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert any(one["value"] == "prducts" and one["file"] == "catalog/services/cart.py" for one in found)
    assert not (broken / "dist").exists()


def test_a_command_without_standard_output_ends_as_documented(broken) -> None:
    command = f"{sys.executable!r} -m andamio check >&- 2>/dev/null"
    done = subprocess.run(["sh", "-c", command.replace("'", '"')], cwd=broken, check=False)
    assert done.returncode == 1
