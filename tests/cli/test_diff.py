"""`andamio diff` tells what would change, by environment and owner, in words, as data or as a patch."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.lacking import not_run
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
        pytest.skip(not_run("git", "install it"))
    patch = run(shop, "diff", "--patch")
    assert patch.returncode == 3
    copy = shutil.copytree(shop, tmp_path / "copy")
    subprocess.run(["git", "apply", "-"], cwd=copy, input=patch.stdout, text=True, check=True, capture_output=True)
    assert run(shop, "synth", "--out", str(tmp_path / "new/dist")).returncode == 0
    new, patched = tree(tmp_path / "new/dist"), tree(copy / "dist")
    del new["manifest.json"], patched["manifest.json"]
    assert patched == new


@pytest.fixture(scope="module")
def anew(shop, tmp_path_factory) -> Path:
    """The same, with a topic's partitions changed too, which Terraform can only do by making it anew."""
    copy = shutil.copytree(shop, tmp_path_factory.mktemp("anew") / "copy")
    path = copy / "catalog/services/products.py"
    path.write_text(path.read_text().replace("partitions=6", "partitions=8"))
    return copy


def test_what_terraform_would_make_anew_is_refused(anew) -> None:
    done = run(anew, "synth")
    assert done.returncode == 1
    assert "AND064" in done.stderr
    assert "product-changed" in done.stderr


def test_what_terraform_would_make_anew_is_told_in_words_before_it_is_refused(anew) -> None:
    before = tree(anew / "dist")
    done = run(anew, "diff")
    assert done.returncode == 1
    resource = re.compile(
        r"    ~ ovh_cloud_project_database_kafka_topic\.\S*product-changed\S*\n"
        r"        re-creates it, because of partitions\n"
        r"        partitions: 6 → 8\n"
    )
    assert len(resource.findall(done.stdout)) == 3
    assert done.stdout.count("re-creates") == 3
    assert "320Mi" in done.stdout, "what no rule forbids is told too"
    assert "AND064" in done.stderr
    assert "product-changed" in done.stderr
    assert tree(anew / "dist") == before


def test_machines_get_one_value_where_a_rule_forbids_the_change(anew) -> None:
    done = run(anew, "diff", "--json")
    assert done.returncode == 1
    assert "AND064" in {finding["code"] for finding in json.loads(done.stdout)}


def test_a_patch_is_shown_where_a_rule_forbids_the_change(anew) -> None:
    done = run(anew, "diff", "--patch")
    assert done.returncode == 1
    assert re.search(r'^\+ *"partitions": 8', done.stdout, re.MULTILINE)
    assert "AND064" in done.stderr


def test_what_is_wrong_with_the_catalog_itself_comes_alone(shop, tmp_path) -> None:
    copy = shutil.copytree(shop, tmp_path / "copy")
    path = copy / "catalog/services/backoffice.py"
    path.write_text(path.read_text().replace('team="', 'team="no-such-'))
    done = run(copy, "diff")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no-such-" in done.stderr


def test_a_new_service_is_one_line_where_services_are_listed(shop, tmp_path) -> None:
    copy = shutil.copytree(shop, tmp_path / "copy")
    assert run(copy, "new", "service", "bonuses", "--team", "commerce").returncode == 0
    lines = [line.strip() for line in run(copy, "diff").stdout.splitlines()]
    told = [line for line in lines if line.startswith("spec.destinations")]
    assert told
    assert all(line.startswith("spec.destinations: + bonuses") for line in told)
