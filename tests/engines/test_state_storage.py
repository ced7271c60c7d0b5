"""Object storage fails while Terraform or OpenTofu works on a state in it: errors, slow answers, cut connections."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from andamio.contract.platform import Platform
from andamio.sandbox.object_storage import ObjectStorage
from andamio.sandbox.terraform import TerraformError
from tests.engines.faulty_proxy import FaultyProxy
from tests.engines.states import HERE, States, states

STACK = "dev-cluster"
KEY = f"{STACK}.tfstate"


@pytest.fixture(scope="module")
def faulty(
    tienda: Platform, engine: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[States, FaultyProxy]]:
    folder = tmp_path_factory.mktemp("faulty")
    with (
        ObjectStorage(folder=folder / "s3") as storage,
        FaultyProxy(storage.endpoint) as proxy,
        pytest.MonkeyPatch.context() as patch,
        states(tienda, engine, folder, endpoint=proxy.endpoint, storage=storage) as world,
    ):
        patch.setenv("AWS_ACCESS_KEY_ID", "of-the-bucket")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "which-the-client-has")
        yield world, proxy


@pytest.fixture
def world(faulty: tuple[States, FaultyProxy]) -> States:
    faulty[0].reset()
    return faulty[0]


@pytest.fixture
def proxy(faulty: tuple[States, FaultyProxy]) -> Iterator[FaultyProxy]:
    faulty[1].calm()
    yield faulty[1]
    faulty[1].calm()


@pytest.mark.parametrize("fate", ["500", "503", "slow", "cut"])
def test_every_third_request_meets_a_fault_and_terraform_tries_again_until_it_is_done(
    world: States, proxy: FaultyProxy, fate: str
) -> None:
    proxy.rule = lambda number, method, path: fate if number % 3 == 0 else ""
    world.workspace.apply(STACK)
    assert proxy.done
    proxy.calm()
    _whole(world)


@pytest.mark.parametrize("fate", ["503", "cut"])
def test_a_store_that_stays_down_before_the_lock_is_taken_leaves_everything_as_it_was(
    world: States, proxy: FaultyProxy, fate: str
) -> None:
    before = world.cloud.kinds()
    proxy.rule = lambda number, method, path: fate if method == "PUT" else ""
    with pytest.raises(TerraformError) as failed:
        world.workspace.apply(STACK)
    assert failed.value.said("Error acquiring the state lock")
    assert world.cloud.kinds() == before
    proxy.calm()
    assert not world.lock(STACK)
    world.workspace.apply(STACK)
    _whole(world)


def test_a_state_that_cannot_be_written_is_kept_beside_the_stack_and_pushed_later(
    world: States, proxy: FaultyProxy
) -> None:
    proxy.rule = lambda number, method, path: "500" if method == "PUT" and _is_state(path) else ""
    with pytest.raises(TerraformError) as failed:
        world.workspace.apply(STACK)
    assert failed.value.said("errored.tfstate")
    assert not world.state(STACK)
    assert len(world.cloud.find("ovh_cloud_project_kube", service_name=world.target.place.project)) == 1
    proxy.calm()
    left = world.workspace.folder / "stacks" / STACK / "errored.tfstate"
    world.workspace.run(STACK, "state", "push", left.name)
    left.unlink()
    assert world.workspace.plan(STACK).empty
    _whole(world)


def test_a_lock_whose_answer_was_lost_is_named_and_freed(world: States, proxy: FaultyProxy) -> None:
    """The store has the lock, and who took it never learns so: the second try finds its own and is refused."""
    proxy.rule = lambda number, method, path: (
        "after" if method == "PUT" and path.partition("?")[0].endswith(".tflock") and not proxy.done else ""
    )
    with pytest.raises(TerraformError) as failed:
        world.workspace.apply(STACK)
    assert failed.value.said("Error acquiring the state lock")
    proxy.calm()
    held = world.lock(STACK)
    assert held, "the lock stayed"
    assert failed.value.said(held["ID"])
    world.recover(STACK)
    _whole(world)


def _is_state(path: str) -> bool:
    return re.search(r"\.tfstate(\?|$)", path) is not None


def _whole(world: States) -> None:
    """Nothing is locked, lost, made twice or without an owner, by our own client's and the doctor's words."""
    assert world.workspace.plan(STACK).empty
    assert not world.lock(STACK)
    assert not world.orphans(STACK)
    assert len(world.cloud.find("ovh_cloud_project_kube", service_name=world.target.place.project)) == 1
    assert {one.code for one in world.doctor().troubles} <= HERE
    states = [one for one in world.bucket.versions(KEY) if one.key == KEY]
    assert all(json.loads(world.bucket.get(KEY, version=one.version)) for one in states)
