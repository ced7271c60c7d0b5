"""Terraform starts the imitated providers itself, from a mirror folder, as it starts real ones."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("grpc", reason="the extra `sandbox` (gRPC) is not installed")

from andamio.contract.platform import Platform
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.mirror import cli_configuration, write_mirror
from andamio.sandbox.overrides import OVERRIDE
from andamio.sandbox.terraform import Providers, Workspace, program
from tests.engines.deployment import Deployment

pytestmark = pytest.mark.skipif(program() is None, reason="terraform is not on this machine")


def test_terraform_installs_starts_and_ends_the_providers_by_itself(tienda: Platform, tmp_path: Path) -> None:
    cloud = tmp_path / "a cloud.sqlite"
    write_mirror(tmp_path / "mirror", cloud=cloud)
    (tmp_path / "terraform.rc").write_text(cli_configuration(tmp_path / "mirror"), encoding="utf-8")
    workspace = Workspace(tmp_path, Providers(cloud))  # never started: Terraform starts its own
    workspace.write("dev-network", Deployment.build(tienda, ["dev-network"])["dev-network"])
    for command in (["init", "-input=false"], ["validate"], ["apply", "-auto-approve"], ["plan", "-detailed-exitcode"]):
        done = _terraform(tmp_path, *command)
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


def test_the_servers_end_with_whoever_started_them(tmp_path: Path) -> None:
    providers = Providers(tmp_path / "cloud.sqlite")
    with providers:
        pid = providers.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def _terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    environment.update(TF_CLI_CONFIG_FILE=str(folder / "terraform.rc"), CHECKPOINT_DISABLE="1")
    return subprocess.run(
        [str(shutil.which("terraform")), f"-chdir={folder / 'stacks' / 'dev-network'}", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


def _processes_that_name(word: str) -> list[str]:
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if word in line and "andamio.sandbox" in line]
