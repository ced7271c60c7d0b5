"""Terraform starts the imitated providers itself, from a mirror folder, as it starts real ones."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("grpc", reason="the extra `sandbox` (gRPC) is not installed")

from andamio.contract.platform import Platform
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.mirror import cli_configuration, write_mirror
from andamio.sandbox.overrides import OVERRIDE, FileStates, ObjectStates, differences
from andamio.sandbox.terraform import Providers, Workspace
from tests.engines.deployment import Deployment


def test_the_program_installs_starts_and_ends_the_providers_by_itself(
    tienda: Platform, engine: Path, tmp_path: Path
) -> None:
    cloud = tmp_path / "a cloud.sqlite"
    write_mirror(tmp_path / "mirror", cloud=cloud)
    (tmp_path / "terraform.rc").write_text(cli_configuration(tmp_path / "mirror"), encoding="utf-8")
    workspace = Workspace(tmp_path, Providers(cloud), engine=engine)  # never started: Terraform starts its own
    workspace.write("dev-network", Deployment.build(tienda, ["dev-network"])["dev-network"])
    for command in (["init", "-input=false"], ["validate"], ["apply", "-auto-approve"], ["plan", "-detailed-exitcode"]):
        done = _run(workspace, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert Cloud(cloud).kinds()["ovh_cloud_project_gateway"] == 1
    assert not _processes_that_name(str(cloud))


def test_a_stack_runs_unchanged_but_for_where_its_states_lie(tienda: Platform, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, Providers(tmp_path / "cloud.sqlite"))
    files = Deployment.build(tienda, ["dev-data"])["dev-data"]
    workspace.write("dev-data", files)
    folder = tmp_path / "stacks" / "dev-data"
    assert (folder / "cdk.tf.json").read_text(encoding="utf-8") == files["cdk.tf.json"]
    added = sorted(path.name for path in folder.iterdir() if path.name not in files)
    assert added == [OVERRIDE]
    assert '"s3"' not in (folder / OVERRIDE).read_text(encoding="utf-8")


def test_in_object_storage_only_its_address_differs(project: Path) -> None:
    """And that buckets stand in the path of that address, as `bucket.127.0.0.1` is no name."""
    states = ObjectStates(endpoint="http://127.0.0.1:1", access_key="a", secret_key="b")  # noqa: S106
    seen = 0
    for file in sorted((project / "dist" / "terraform" / "stacks").glob("*/cdk.tf.json")):
        stack = json.loads(file.read_bytes())
        for path, before, after in differences(stack, states.override(stack)):
            if path.endswith(".endpoints.s3"):
                assert before.startswith("https://s3.")
                assert after == "http://127.0.0.1:1"
            else:
                assert (path.rpartition(".")[2], before, after) == ("use_path_style", None, True)
            seen += 1
    assert seen > 40


def test_every_override_names_every_state_that_a_stack_reads(project: Path) -> None:
    for file in sorted((project / "dist" / "terraform" / "stacks").glob("*/cdk.tf.json")):
        stack = json.loads(file.read_bytes())
        for states in (FileStates(folder=Path("states")), ObjectStates()):
            override = states.override(stack)
            read = stack.get("data", {}).get("terraform_remote_state", {})
            assert sorted(override.get("data", {}).get("terraform_remote_state", {})) == sorted(read)


def test_the_servers_end_with_whoever_started_them(tmp_path: Path) -> None:
    providers = Providers(tmp_path / "cloud.sqlite")
    with providers:
        pid = providers.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def _run(workspace: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in workspace.environment().items() if name != "TF_REATTACH_PROVIDERS"}
    environment["TF_CLI_CONFIG_FILE"] = str(workspace.folder / "terraform.rc")
    command = workspace.command("dev-network", *arguments)
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def _processes_that_name(word: str) -> list[str]:
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if word in line and "andamio.sandbox" in line]
