"""Two who work on one state in object storage at once, by the real Terraform and OpenTofu."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from andamio.contract.platform import Platform
from andamio.sandbox.terraform import TerraformError
from tests.engines.states import BASE, HERE, States, states, until

STACK = "dev-cluster"


@pytest.fixture(scope="module")
def world(tienda: Platform, engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[States]:
    with pytest.MonkeyPatch.context() as patch, states(tienda, engine, tmp_path_factory.mktemp("two writers")) as world:
        patch.setenv("AWS_ACCESS_KEY_ID", "of-the-bucket")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "which-the-client-has")
        yield world


@pytest.fixture(autouse=True)
def fresh(world: States) -> None:
    world.cloud.configure("delays", {})
    world.reset()


def test_stacks_deploy_with_their_states_in_the_bucket_and_have_nothing_left_to_do(world: States) -> None:
    world.workspace.apply(STACK)
    for name in (*BASE, STACK):
        assert world.workspace.plan(name).empty
        assert world.state(name)["resources"], name
        assert not world.lock(name)
    assert {one.code for one in world.doctor().troubles} <= HERE


def test_of_two_who_apply_at_once_one_wins_and_the_other_is_told_who_holds_the_lock(world: States) -> None:
    world.cloud.configure("delays", {"*": 0.5})
    first = world.start(STACK, "apply", "-auto-approve")
    until(lambda: world.lock(STACK), "the first holds the lock")
    holder = world.lock(STACK)
    with pytest.raises(TerraformError) as refused:
        world.workspace.apply(STACK)
    assert refused.value.said("Error acquiring the state lock")
    assert refused.value.said(holder["ID"])
    assert refused.value.said(holder["Who"])
    assert getpass.getuser() in holder["Who"]
    assert first.wait(timeout=60) == 0, world.log.read_text()
    assert world.workspace.plan(STACK).empty
    assert len(world.cloud.find("ovh_cloud_project_kube", service_name=world.target.place.project)) == 1


def test_who_waits_for_the_lock_gets_it_and_makes_nothing_twice(world: States) -> None:
    world.cloud.configure("delays", {"*": 0.3})
    first = world.start(STACK, "apply", "-auto-approve")
    until(lambda: world.lock(STACK), "the first holds the lock")
    world.workspace.apply(STACK, "-lock-timeout=60s")
    assert first.wait(timeout=60) == 0, world.log.read_text()
    assert not world.lock(STACK)
    assert len(world.cloud.find("ovh_cloud_project_kube", service_name=world.target.place.project)) == 1
    versions = [one for one in world.bucket.versions(f"{STACK}.tfstate") if one.key == f"{STACK}.tfstate"]
    serials = [json.loads(world.bucket.get(one.key, version=one.version))["serial"] for one in versions]
    assert serials == sorted(serials, reverse=True)


def test_the_lock_of_a_killed_run_is_found_by_the_doctor_and_freed_by_its_words(world: States) -> None:
    world.cloud.configure("delays", {"*": 0.5})
    first = world.start(STACK, "apply", "-auto-approve")
    until(lambda: world.cloud.find("ovh_cloud_project_kube", service_name=world.target.place.project), "a cluster")
    first.kill()
    first.wait()
    held = world.lock(STACK)
    (locked,) = [one for one in world.doctor().troubles if one.code == "locked"]
    assert held["Who"] in locked.what
    (unowned,) = [one for one in world.doctor().troubles if one.code == "unowned"]
    (cluster,) = world.cloud.find("ovh_cloud_project_kube", service_name=world.target.place.project)
    assert cluster.id in unowned.what
    world.cloud.configure("delays", {})
    assert (cluster.kind, cluster.id) in world.recover(STACK)
    assert not world.lock(STACK)
    assert [one.id for one in world.cloud.find(cluster.kind, service_name=world.target.place.project)] == [cluster.id]
    assert world.workspace.plan(STACK).empty
