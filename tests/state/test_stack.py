"""What `andamio state init` makes, beside what the state stack declares: they have to be the same thing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from andamio.cdktf import App
from andamio.contract.platform import Platform
from andamio.loading import load
from andamio.state.handover import check_stack
from andamio.state.target import Target
from infra.stacks.shared_state import SharedStateStack, shared_state_view
from infra.stacks.state import StateStack, state_view
from tests.state.workplace import CATALOG


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published folder of both state stacks of a small platform."""
    root = tmp_path_factory.mktemp("state")
    make_catalog(root)
    platform = load(root / "catalog")
    app = App(outdir=str(root / "dist" / "terraform"))
    StateStack(app, "dev-state", state_view(platform.views["dev"]))
    SharedStateStack(app, "shared-state", shared_state_view(platform.shared))
    app.synth()
    return root


def make_catalog(root: Path) -> None:
    (root / "catalog").mkdir()
    (root / "dist").mkdir()
    (root / "catalog" / "environments.py").write_text(CATALOG)


@pytest.fixture(params=["dev", "shared"])
def target(request: pytest.FixtureRequest, folder: Path) -> Target:
    platform: Platform = load(folder / "catalog")
    return Target.of(platform, request.param, folder=folder / "dist")


def resource(target: Target, what: str) -> dict:
    document = json.loads((target.stack_folder(target.stack) / "cdk.tf.json").read_text())
    kind, _, name = target.addresses[what].partition(".")
    return document["resource"][kind][name]


def test_the_stack_is_one_that_init_accepts(target: Target) -> None:
    check_stack(target)


def test_the_bucket_is_the_one_that_init_makes(target: Target) -> None:
    bucket = resource(target, "bucket")
    assert bucket["name"] == target.place.bucket
    assert bucket["region_name"] == target.place.state_region
    assert bucket["service_name"] == target.place.project
    assert bucket["versioning"] == {"status": "enabled"}
    assert bucket["encryption"] == {"sse_algorithm": "AES256"}


def test_the_user_is_the_one_that_init_makes(target: Target) -> None:
    # Another description would make Terraform re-create the user, and the credential with it.
    user = resource(target, "user")
    assert (user["description"], user["role_names"]) == (target.user, [target.role])
    assert json.loads(resource(target, "policy")["policy"]) == json.loads(target.policy)


def test_object_storage_is_where_the_backend_says(target: Target) -> None:
    document = json.loads((target.stack_folder(target.stack) / "cdk.tf.json").read_text())
    endpoint = document["terraform"]["backend"]["s3"]["endpoints"]["s3"]
    assert endpoint.rstrip("/") == target.storage_endpoint({})
