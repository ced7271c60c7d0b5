"""What a killed run left at OVHcloud is found by its name, and the command that is told lets the state own it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from andamio.state.catalog import find_target
from andamio.state.report import Report
from andamio.state.target import Target
from andamio.state.terraform_state import parse
from andamio.state.unowned import find_unowned, find_untold
from tests.state.workplace import PROJECT, state

STACK = "dev-cluster"
NAMES = {
    "ovh_cloud_project_kube": {"cluster": {"name": "shop-dev"}},
    "ovh_cloud_project_database": {"postgres": {"description": "shop-dev-postgres"}},
    "ovh_cloud_project_gateway": {"gateway": {"name": "shop-dev"}},
    "ovh_cloud_project_user": {"ci": {"description": "shop-dev-ci"}, "state": {"description": "shop-dev-state"}},
}
ROOT = f"/cloud/project/{PROJECT}"


class Api:
    """Answers what it was given by path, and None for the rest."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = {f"{ROOT}{where}": found for where, found in answers.items()}

    def find(self, where: str) -> Any:
        return self.answers.get(where)


@pytest.fixture
def target(project: Path) -> Target:
    target = find_target("dev", catalog=project / "catalog", folder=project / "dist")
    folder = target.stack_folder(STACK)
    folder.mkdir(parents=True)
    (folder / "cdk.tf.json").write_text(json.dumps({"resource": NAMES}))
    return target


def examine(target: Target, answers: dict[str, Any], owned: dict[str, dict[str, str]] | None = None) -> Report:
    report = Report()
    states = {STACK: parse(state(owned=owned))} if owned is not None else {}
    find_unowned(target, Api(answers), states, report)
    return report


CLUSTER = {"/kube": ["k-1"], "/kube/k-1": {"id": "k-1", "name": "shop-dev", "status": "READY"}}


def test_a_cluster_of_our_name_that_no_state_owns_is_reported_with_its_import(target: Target) -> None:
    (trouble,) = examine(target, CLUSTER).troubles
    assert trouble.code == "unowned"
    assert "ovh_cloud_project_kube shop-dev (k-1)" in trouble.what
    assert any(line.endswith(f"import ovh_cloud_project_kube.cluster {PROJECT}/k-1") for line in trouble.mend)


def test_what_a_state_owns_what_has_another_name_and_what_is_going_is_left_alone(target: Target) -> None:
    assert not examine(target, CLUSTER, {"ovh_cloud_project_kube.cluster": {"id": "k-1"}}).troubles
    other = {"/kube": ["k-1"], "/kube/k-1": {"id": "k-1", "name": "somebody-elses", "status": "READY"}}
    assert not examine(target, other).troubles
    going = {"/kube": ["k-1"], "/kube/k-1": {"id": "k-1", "name": "shop-dev", "status": "DELETING"}}
    assert not examine(target, going).troubles


def test_a_second_one_beside_the_owned_is_not_to_be_imported(target: Target) -> None:
    (trouble,) = examine(target, CLUSTER, {"ovh_cloud_project_kube.cluster": {"id": "k-2"}}).troubles
    assert "k-2" in trouble.mend[0]
    assert not [line for line in trouble.mend if " import " in line]


def test_databases_gateways_and_users_are_found_with_their_own_forms_of_id(target: Target) -> None:
    answers = {
        "/database/service": ["d-1"],
        "/database/service/d-1": {"id": "d-1", "description": "shop-dev-postgres", "engine": "postgresql"},
        "/region/GRA11/gateway": [{"id": "g-1", "name": "shop-dev"}],
        "/user": [{"id": 7, "description": "shop-dev-ci"}],
    }
    imports = {one.mend[1].rpartition(" ")[2] for one in examine(target, answers).troubles}
    assert imports == {f"{PROJECT}/postgresql/d-1", f"{PROJECT}/GRA11/g-1", f"{PROJECT}/7"}


def test_the_user_of_the_state_itself_is_state_inits_own_business(target: Target) -> None:
    assert not examine(target, {"/user": [{"id": 1, "description": "shop-dev-state"}]}).troubles


def untold(target: Target, owned: dict[str, dict[str, Any]]) -> Report:
    report = Report()
    find_untold(target, {STACK: parse(state(owned=owned))}, report)
    return report


def test_a_credential_that_its_state_does_not_hold_is_reported_with_its_reset(target: Target) -> None:
    address = "ovh_cloud_project_database_postgresql_user.orders-owner"
    (trouble,) = untold(target, {address: {"id": "u-1", "password": ""}}).troubles
    assert trouble.code == "credential-empty"
    assert address in trouble.what
    reset, first = trouble.mend[1], trouble.mend[2]
    written = json.loads(shlex.split(reset)[1])
    assert written == {"resource": {address.split(".")[0]: {"orders-owner": {"password_reset": "1"}}}}
    assert shlex.split(reset)[3].endswith(f"stacks/{STACK}/reset_override.tf.json")
    assert first.endswith(f" apply -target={address}")  # before anything writes the empty one once more
    assert trouble.mend[-2].startswith("rm ")


def test_what_can_be_made_anew_is_replaced_in_place_of_a_reset(target: Target) -> None:
    (trouble,) = untold(target, {"harbor_robot_account.pull": {"id": "/robots/3", "secret": None}}).troubles
    assert [line for line in trouble.mend if line.endswith("apply -replace=harbor_robot_account.pull")]


def test_a_credential_that_is_held_and_one_that_nobody_uses_are_no_trouble(target: Target) -> None:
    found = untold(
        target,
        {
            "ovh_cloud_project_database_user.events": {"id": "u-1", "password": "secret"},
            "ovh_cloud_project_user.state": {"id": "7", "password": ""},
            "ovh_cloud_project_kube.cluster": {"id": "k-1"},
        },
    )
    assert found.troubles == []
    assert "secret" not in str(found.facts)
