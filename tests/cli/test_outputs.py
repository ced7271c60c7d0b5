"""`andamio outputs pull` as a person calls it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from andamio.cli.guard import guarded
from andamio.cli.program import program
from tests.state.loopback import Cloud
from tests.state.workplace import BUCKET, make_project, state

OUTPUTS = {
    "dev-cluster": {"cluster_id": "7b0c8a4e-8d4f-4c53-9d5c-0d4c2f6f0d11"},
    "dev-keys": {"key_store_id": "1f3a6d52-0b1e-4a6b-9a53-8f6f0a9d7c21", "key_store_host": "eu-west-rbx.okms.ovh.net"},
    "dev-data": {"store_ports": {"value": {"postgres": [20184]}}},
}


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    for name in [name for name in os.environ if name.startswith(("AWS_", "OVH_"))]:
        monkeypatch.delenv(name)
    with Cloud() as cloud:
        for name, value in cloud.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.chdir(make_project(tmp_path / "a project"))
        assert run("state", "init", "dev") == 0
        for stack, told in OUTPUTS.items():
            cloud.put(BUCKET, f"{stack}.tfstate", state(outputs=told))
        capsys.readouterr()
        yield cloud


def run(*arguments: str) -> int:
    return guarded(lambda: program(list(arguments), standalone_mode=False))


def test_the_file_is_written_once_and_says_that_it_is_of_a_sandbox(deployed: Cloud, capsys) -> None:
    assert run("outputs", "pull", "dev", "--from-state") == 0
    out = capsys.readouterr().out
    assert "cluster_id: not-deployed-yet -> 7b0c8a4e-8d4f-4c53-9d5c-0d4c2f6f0d11" in out
    assert "andamio synth" in out
    assert json.loads(Path("catalog/cloud/dev.json").read_text())["source"] == "sandbox"
    assert run("outputs", "pull", "dev", "--from-state") == 0
    assert capsys.readouterr().out == "catalog/cloud/dev.json is in step.\n"


def test_machines_get_one_object(deployed: Cloud, capsys) -> None:
    assert run("outputs", "pull", "dev", "--from-state", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["written"] is True
    assert {change["field"] for change in told["changes"]} >= {"source", "cluster_id", "store_ports.postgres"}


def test_a_stack_that_is_not_deployed_is_named(deployed: Cloud, capsys) -> None:
    deployed.put(BUCKET, "dev-keys.tfstate", None)
    assert run("outputs", "pull", "dev", "--from-state") == 5
    err = capsys.readouterr().err
    assert "Deploy dev-keys first" in err
    assert not Path("catalog/cloud/dev.json").exists()


def test_without_a_credential_it_sends_to_state_init(deployed: Cloud, capsys, tmp_path: Path) -> None:
    (tmp_path / "config/andamio/shop-dev.credentials").unlink()
    assert run("outputs", "pull", "dev", "--from-state") == 2
    assert "andamio state init dev" in capsys.readouterr().err


def test_without_terraform_it_names_the_other_way(deployed: Cloud, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert run("outputs", "pull", "dev") == 2
    assert "--from-state" in capsys.readouterr().err


def test_a_damaged_file_does_not_stand_in_its_own_way(deployed: Cloud, capsys) -> None:
    Path("catalog/cloud").mkdir()
    Path("catalog/cloud/dev.json").write_text("{")
    assert run("outputs", "pull", "dev", "--from-state") == 0
    assert json.loads(Path("catalog/cloud/dev.json").read_text())["source"] == "sandbox"
