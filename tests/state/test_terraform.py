"""Terraform itself on a state that `andamio state init` made: real locks and states on a stand-in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from andamio.engines import find
from andamio.engines.on_machine import TERRAFORM
from andamio.state.catalog import find_target
from andamio.state.credentials import read_credential
from andamio.state.doctor import Doctor
from andamio.state.handover import handover, write_imports
from andamio.state.object_storage import ObjectStorage
from andamio.state.ovh import Access, OvhApi
from andamio.state.preparation import Preparation
from andamio.state.pull import from_storage
from andamio.state.target import Target
from tests.lacking import not_run
from tests.state.loopback import Cloud
from tests.state.workplace import BUCKET

pytestmark = pytest.mark.skipif(find(TERRAFORM) is None, reason=not_run("terraform", TERRAFORM.advice))


@pytest.fixture
def target(project: Path, monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> Target:
    """A target whose backend is made, with a cluster stack that outputs one id, initialised."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "TF_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(project / "config"))
    target = find_target("dev", catalog=project / "catalog", folder=project / "dist")
    api = OvhApi(Access.from_environment(cloud.environment()))
    Preparation(target=target, api=api, storage=lambda one: reach(cloud, target), pause=0.01).run()
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(target.credentials))
    monkeypatch.setenv("CHECKPOINT_DISABLE", "1")
    backend = {
        "bucket": BUCKET,
        "key": target.key("dev-cluster"),
        "region": "gra",
        "endpoints": {"s3": cloud.address},
        "use_path_style": True,
        "use_lockfile": True,
        "encrypt": True,
        **{f"skip_{name}": True for name in ("credentials_validation", "region_validation", "requesting_account_id")},
        "skip_metadata_api_check": True,
        "skip_s3_checksum": True,
    }
    folder = target.stack_folder("dev-cluster")
    folder.mkdir(parents=True)
    document = {"terraform": {"backend": {"s3": backend}}, "output": {"cluster_id": {"value": "kube-1"}}}
    (folder / "cdk.tf.json").write_text(json.dumps(document))
    terraform(target, "init")
    return target


def reach(cloud: Cloud, target: Target) -> ObjectStorage:
    credential = read_credential(target.credentials)
    return ObjectStorage(endpoint=cloud.address, bucket=BUCKET, region="GRA", credential=credential, pause=0.01)


def terraform(target: Target, *arguments: str, stack: str = "dev-cluster", text: str = "") -> str:
    command = ["terraform", f"-chdir={target.stack_folder(stack)}", *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def troubles(cloud: Cloud, target: Target) -> dict[str, tuple[str, ...]]:
    api = OvhApi(Access.from_environment(cloud.environment()))
    report = Doctor(target=target, api=lambda: api, storage=lambda one: reach(cloud, target)).examine()
    return {trouble.code: trouble.mend for trouble in report.troubles}


def test_the_credential_file_opens_the_backend_and_outputs_are_read_from_its_state(
    cloud: Cloud, target: Target
) -> None:
    terraform(target, "apply", "-auto-approve")
    assert from_storage(target, reach(cloud, target))("dev-cluster")["cluster_id"].value == "kube-1"
    # It found no state of dev-state and dev-network: nobody applied them.
    assert set(troubles(cloud, target)) == {"state-missing"}


def test_the_lock_of_a_killed_run_is_found_and_the_command_that_is_told_frees_it(cloud: Cloud, target: Target) -> None:
    command = ["terraform", f"-chdir={target.stack_folder('dev-cluster')}", "apply"]
    waiting = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while cloud.current(BUCKET, "dev-cluster.tfstate.tflock") is None:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        waiting.send_signal(signal.SIGKILL)
        waiting.stdin.close()
        waiting.wait()
    mend = troubles(cloud, target)["locked"]
    (unlock,) = [line for line in mend if "force-unlock" in line]
    done = subprocess.run(["bash", "-c", unlock], input="yes\n", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "locked" not in troubles(cloud, target)
    terraform(target, "apply", "-auto-approve")


def test_terraform_reads_the_imports_file_as_imports(target: Target) -> None:
    """With a resource that needs no provider in the place of each of ours."""
    addresses = {name: f"terraform_data.{name}" for name in ("user", "bucket", "policy", "credential")}
    imports = handover(target, None, user="7", access_key="a1").imports
    folder = target.stack_folder("dev-state")
    (folder / "cdk.tf.json").write_text(json.dumps({"resource": {"terraform_data": {name: {} for name in addresses}}}))
    path = write_imports(target, dict(zip(sorted(addresses.values()), imports.values(), strict=True)))
    terraform(target, "init", stack="dev-state")
    assert "4 to import, 0 to add, 0 to change, 0 to destroy" in terraform(
        target, "plan", "-no-color", stack="dev-state"
    )
    assert path.name == "imports.tf.json"
