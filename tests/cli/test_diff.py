"""`andamio diff` tells what would change, by environment and owner, in words, as data or as a patch."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.properties.projects import reference_tree, run, tree


@pytest.fixture(scope="module")
def shop(project, tmp_path_factory) -> Path:
    """A synthesized project in which the memory of a service was raised afterwards."""
    folder = tmp_path_factory.mktemp("diff") / "shop"
    shutil.copytree(reference_tree(project, tmp_path_factory), folder)
    path = folder / "catalog/services/backoffice.py"
    path.write_text(path.read_text().replace("memory=256", "memory=320"))
    return folder


def test_nothing_would_change_in_a_folder_in_step(project, tmp_path_factory) -> None:
    done = run(reference_tree(project, tmp_path_factory), "diff")
    assert (done.returncode, done.stdout) == (0, "Nothing would change.\n")


def test_words_name_environment_owner_object_and_field(shop) -> None:
    before = tree(shop / "dist")
    done = run(shop, "diff")
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    assert [line for line in lines if line and not line.startswith(" ")] == ["dev", "production", "staging"]
    assert {line.strip() for line in lines if line.startswith("  ") and not line.startswith("   ")} == {"backoffice"}
    assert "256Mi" in done.stdout
    assert "320Mi" in done.stdout
    assert tree(shop / "dist") == before


def test_data_has_one_entry_for_each_object(shop) -> None:
    found = json.loads(run(shop, "diff", "--json").stdout)
    assert {(entry["environment"], entry["owner"], entry["sign"]) for entry in found} == {
        (environment, "backoffice", "~") for environment in ("dev", "staging", "production")
    }
    assert not any(entry["recreates"] for entry in found)


def test_a_patch_makes_of_the_old_files_the_new_ones(shop, tmp_path) -> None:
    if shutil.which("git") is None:
        pytest.skip("the command git is not on PATH")
    patch = run(shop, "diff", "--patch")
    assert patch.returncode == 3
    copy = shutil.copytree(shop, tmp_path / "copy")
    subprocess.run(["git", "apply", "-"], cwd=copy, input=patch.stdout, text=True, check=True, capture_output=True)
    assert run(shop, "synth", "--out", str(tmp_path / "new/dist")).returncode == 0
    new, patched = tree(tmp_path / "new/dist"), tree(copy / "dist")
    del new["manifest.json"], patched["manifest.json"]
    assert patched == new


def test_what_terraform_would_make_anew_is_told(shop, tmp_path) -> None:
    copy = shutil.copytree(shop, tmp_path / "copy")
    path = copy / "catalog/services/products.py"
    path.write_text(path.read_text().replace("partitions=6", "partitions=8"))
    done = run(copy, "synth")
    assert done.returncode == 1
    assert "AND064" in done.stderr
    assert "product-changed" in done.stderr
