"""The `cdktf` command works on this project as people use it, and its successor's library gives the same stacks."""

from __future__ import annotations

import filecmp
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from andamio.engines import path
from andamio.sandbox.object_storage import ObjectStorage
from andamio.sandbox.overrides import OVERRIDE, ObjectStates
from andamio.sandbox.terraform import Providers, Workspace
from tests.engines.needs import need

STATE, STACK = "dev-state", "dev-network"
STACKS = Path("dist", "terraform", "stacks")
NETWORK = "ovh_cloud_project_network_private"


def copy_of(project: Path, folder: Path, *, constructs: Path) -> Path:
    """What the command reads of a project, in another folder, with a Python that has these constructs."""
    for name in ("catalog", "infra", "k8s", "dist"):
        shutil.copytree(project / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".terraform*"))
    shutil.copy(project / "cdktf.json", folder)
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(constructs))} exec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    return folder


@dataclass(frozen=True, kw_only=True)
class Command:
    """The command in a copy of the project."""

    folder: Path
    environment: Mapping[str, str]
    providers: Providers

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run it; what it printed."""
        done = subprocess.run(
            [str(path("cdktf")), *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def on(self, command: str, *arguments: str, code: int = 0) -> str:
        """Run what runs Terraform. Its lock file would name hashes of providers that no registry has: none is made."""
        return self.run(command, *arguments, "--skip-provider-lock", code=code)


@pytest.fixture(scope="module")
def cdktf(project: Path, engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    need("cdktf")
    root = tmp_path_factory.mktemp("cdktf with a space")
    folder = copy_of(project, root / "a project", constructs=project / "constructs")
    stacks = {name: json.loads((folder / STACKS / name / "cdk.tf.json").read_bytes()) for name in (STATE, STACK)}
    with Providers(root / "cloud.sqlite") as providers, ObjectStorage(folder=root / "s3") as storage:
        states = ObjectStates(endpoint=storage.endpoint, access_key=storage.access_key, secret_key=storage.secret_key)
        for name, stack in stacks.items():
            storage.make_bucket(stack["terraform"]["backend"]["s3"]["bucket"])
            (folder / STACKS / name / OVERRIDE).write_text(json.dumps(states.override(stack)))
        environment = {
            **Workspace(root, providers, states=states).environment(),
            "TERRAFORM_BINARY_NAME": str(engine),
            "HOME": str(root),
            "DISABLE_VERSION_CHECK": "1",
            "CI": "1",
        }
        yield Command(folder=folder, environment=environment, providers=providers)


def test_synth_finds_every_stack_and_leaves_dist_as_it_is(cdktf: Command, project: Path) -> None:
    said = " ".join(cdktf.run("synth").replace("\n", " ").split())
    committed = sorted(one.name for one in (project / STACKS).iterdir())
    for name in committed:
        assert name in said
        assert filecmp.cmp(cdktf.folder / STACKS / name / "cdk.tf.json", project / STACKS / name / "cdk.tf.json", False)
    assert filecmp.cmp(cdktf.folder / "dist/terraform/manifest.json", project / "dist/terraform/manifest.json", False)


def test_a_stack_is_planned_deployed_read_and_destroyed(cdktf: Command, tmp_path: Path) -> None:
    """With the stack before it, whose guarded bucket the command does not destroy."""
    cloud = cdktf.providers.cloud
    assert "3 to add, 0 to change, 0 to destroy" in cdktf.on("diff", STACK, "--skip-synth")
    assert not cloud.find(NETWORK)

    said = cdktf.on("deploy", STACK, STATE, "--auto-approve")
    assert re.findall(r"Apply complete! Resources: (\d+) added", said) == ["5", "3"], "the state's stack comes first"
    (network,) = cloud.find(NETWORK)
    assert "No changes." in cdktf.on("diff", STACK, "--skip-synth")

    file = tmp_path / "outputs.json"
    cdktf.on("output", STACK, "--skip-synth", f"--outputs-file={file}")
    told = json.loads(file.read_bytes())[STACK]
    assert told["network_id"] == network.body["regions_attributes"][0]["openstackid"]
    assert sorted(told) == ["gateway_address", "network_id", "subnet_id"]

    said = cdktf.on("destroy", STACK, "--auto-approve", "--skip-synth", code=1)
    assert "stacks are not included in the stacks to run: dev-cluster, dev-data" in said, "those need the network"
    alone = ("--auto-approve", "--skip-synth", "--ignore-missing-stack-dependencies")
    cdktf.on("destroy", STACK, *alone)
    assert not cloud.find(NETWORK)
    before = cloud.kinds()
    said = cdktf.on("destroy", STATE, *alone, code=1)
    # The command now and then ends before it has printed in which words Terraform refuses: that is asked itself.
    assert "planned the following actions, but then encountered a problem" in " ".join(said.split()), said
    why = subprocess.run(
        [cdktf.environment["TERRAFORM_BINARY_NAME"], "plan", "-destroy", "-no-color"],
        cwd=cdktf.folder / STACKS / STATE,
        env=dict(cdktf.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (why.returncode, "prevent_destroy" in why.stderr) == (1, True), why.stderr
    assert cloud.kinds() == before
    assert cloud.find("ovh_cloud_project_storage")


def test_its_successors_library_gives_the_same_stacks(project: Path, tmp_path: Path) -> None:
    """By the change of one line: the old library is not even importable."""
    if find_spec("cdktn") is None:
        pytest.skip("not run, for lack of cdktn: pip install cdktn")
    constructs = tmp_path / "a project" / "constructs"
    shutil.copytree(project / "constructs", constructs, ignore=shutil.ignore_patterns("__pycache__"))
    file = constructs / "andamio" / "cdktf.py"
    text = file.read_text(encoding="utf-8")
    assert text.count("\nfrom cdktf import ") == 1
    file.write_text(text.replace("\nfrom cdktf import ", "\nfrom cdktn import "), encoding="utf-8")
    (constructs / "cdktf.py").write_text('raise ImportError("cdktf is gone")\n')
    folder = copy_of(project, tmp_path / "a project", constructs=constructs)
    shutil.rmtree(folder / "dist" / "terraform")

    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(folder / ".venv" / "bin" / "python"), "infra/main.py"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made, committed = (root / "dist" / "terraform" for root in (folder, project))
    files = sorted(one.relative_to(committed) for one in committed.rglob("*.json") if ".terraform" not in one.parts)
    assert len(files) > 20
    assert sorted(one.relative_to(made) for one in made.rglob("*.json")) == files
    assert [one for one in files if (made / one).read_bytes() != (committed / one).read_bytes()] == []
