"""Reading what was synthesized: from a folder, and from the merge base of a git branch."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from andamio.checks.output import Output, OutputError
from andamio.checks.run import check_output, run
from andamio.checks.slim import slim
from tests.checks.planting import BASE, OLD
from tests.checks.plants import PLANTS
from tests.checks.shop import TODAY


def write(dist: Path, stack: str, document: object) -> None:
    folder = dist / "terraform" / "stacks" / stack
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cdk.tf.json").write_text(json.dumps(document))


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository in a folder with a space: `main` has one stack, a branch another, and main went on since."""
    root = tmp_path / "a shop"
    root.mkdir()
    git(root, "init", "-b", "main")
    write(root / "dist", "dev-data", {"resource": {"a": {"b": {"c": 1}}}})
    git(root, "add", ".")
    git(root, "commit", "-m", "one")
    git(root, "checkout", "-b", "change")
    write(root / "dist", "dev-data", {"resource": {}})
    git(root, "commit", "-am", "two")
    git(root, "checkout", "main")
    write(root / "dist", "dev-later", {})
    git(root, "add", ".")
    git(root, "commit", "-m", "three")
    git(root, "checkout", "change")
    return root


def test_a_folder_is_read(tmp_path: Path) -> None:
    write(tmp_path, "dev-data", {"resource": {"ovh_okms": {"store": {"region": "x"}}}})
    output = Output.read(tmp_path)
    [resource] = output.resources
    assert (resource.stack, resource.address, resource.body) == ("dev-data", "ovh_okms.store", {"region": "x"})


def test_no_folder_is_an_empty_output(tmp_path: Path) -> None:
    assert Output.read(tmp_path / "dist") == Output()


@pytest.mark.parametrize("text", ["{", "[]", ""])
def test_a_damaged_stack_is_named(tmp_path: Path, text: str) -> None:
    write(tmp_path, "dev-data", {})
    (tmp_path / "terraform/stacks/dev-data/cdk.tf.json").write_text(text)
    with pytest.raises(OutputError, match=r"dev-data/cdk\.tf\.json .*synthesize anew"):
        Output.read(tmp_path)


def test_the_merge_base_is_read_and_not_what_main_has_now(repository: Path) -> None:
    output = Output.at_git_ref("main", repository / "dist")
    assert set(output.stacks) == {"dev-data"}
    assert [resource.address for resource in output.resources] == ["a.b"]


def test_a_merge_base_without_dist_is_an_empty_output(repository: Path) -> None:
    assert Output.at_git_ref("main", repository / "elsewhere" / "dist") == Output()


def test_an_unknown_reference_says_what_to_do(repository: Path) -> None:
    with pytest.raises(OutputError, match=r"--against nowhere: .*fetch it"):
        Output.at_git_ref("nowhere", repository / "dist")


def test_a_folder_outside_of_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"no work tree .*or leave out --against"):
        Output.at_git_ref("main", tmp_path / "dist")


def test_slim_objects_answer_the_rules_that_compare_objects() -> None:
    """The same findings of rules that compare or count objects as whole objects give."""
    platform = BASE.platform()
    for code in ("AND202", "AND206", "AND209", "AND212", "AND213", "AND218", "AND219"):
        plant = PLANTS[code]()
        assert plant.output is not None
        thin = {path: slim(body) for path, body in plant.output.documents.items()}
        slimmed = Output(stacks=plant.output.stacks, documents=thin)
        whole = check_output(platform, plant.output, today=TODAY)
        assert check_output(platform, slimmed, today=TODAY) == whole
        assert code in {finding.code for finding in whole}


def test_slim_objects_of_a_valid_output_have_no_findings() -> None:
    thin = {path: slim(body) for path, body in OLD.documents.items()}
    assert check_output(BASE.platform(), Output(stacks=OLD.stacks, documents=thin), today=TODAY) == []
    assert all(len(json.dumps(body)) <= len(json.dumps(OLD.documents[path])) for path, body in thin.items())


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"resource": []},
        {"resource": {"ovh_okms": []}},
        {"resource": {"ovh_okms": {"key-store": [{"region": "x"}]}}, "moved": {}, "removed": ["x"]},
        {"resource": {"ovh_cloud_project_database_database": {"odd": {}}}, "output": None, "data": None},
    ],
)
def test_stacks_that_were_written_by_hand_are_compared_as_far_as_they_go(document: dict[str, object]) -> None:
    """An older `dist/` may hold anything: findings at most, no traceback."""
    before = Output(stacks={"dev-data": document, "dev-keys": document, "other": document})
    found = run(BASE.platform(), output=OLD, previous=before, today=TODAY)
    assert {finding.code for finding in found} <= {"AND060", "AND063", "AND064", "AND068"}
