"""A service that comes back after its tombstone, by Terraform itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from andamio.sandbox.provider.behaviour import behaviour
from andamio.sandbox.provider.model import MODELS
from andamio.sandbox.terraform import TerraformError
from tests.engines.changes import gone
from tests.engines.deployment import Deployment

SERVICE, STACK = "products", "staging-data"
SECRET = "ovh_okms_secret"  # noqa: S105 - a resource type


def test_without_import_terraform_is_refused_and_no_data_is_there_twice(deployed: Deployment, tmp_path: Path) -> None:
    with deployed.branch(tmp_path, STACK) as branch:
        kind = "ovh_cloud_project_database_database"
        before = branch.cloud.find(kind)
        branch.put(gone(branch.platform, SERVICE), STACK)
        branch.workspace.apply(STACK)
        branch.put(branch.platform, STACK)
        with pytest.raises(TerraformError) as refused:
            branch.workspace.apply(STACK)
        assert refused.value.said(f"There is a {kind}")
        assert branch.cloud.find(kind) == before


def test_data_is_imported_passwords_are_reset_and_secrets_are_written_anew(
    deployed: Deployment, tmp_path: Path
) -> None:
    """A key store's secret cannot be imported, and an imported user's password is not known: both are made anew."""
    with deployed.branch(tmp_path, STACK) as branch:
        resources = _resources(branch)
        forgotten = branch.plan(gone(branch.platform, SERVICE), STACK).addresses("forget")
        secrets = [resources[address] for address in forgotten if _kind(address) == SECRET]
        imported = sorted(address for address in forgotten if behaviour(_kind(address)).importable)
        before = [_stored(branch, one) for one in secrets]
        assert len(secrets) > 2
        assert len(imported) > 4

        branch.put(gone(branch.platform, SERVICE), STACK)
        branch.workspace.apply(STACK)
        for one in secrets:
            branch.cloud.remove(SECRET, f"{one['okms_id']}/{one['path']}")
        files = dict(branch.build(branch.platform, [STACK])[STACK])
        ids = {address: _import_id(address, resources[address]) for address in imported}
        files["return.tf.json"] = json.dumps({"import": [{"to": to, "id": id_} for to, id_ in ids.items()]})
        files["return_override.tf.json"] = json.dumps({"resource": _resets(imported)})
        branch.workspace.write(STACK, files)
        branch.workspace.apply(STACK)

        after = _resources(branch)
        assert {address: after[address]["id"] for address in imported} == {
            address: resources[address]["id"] for address in imported
        }
        assert branch.workspace.plan(STACK).empty
        for one, old in zip(secrets, before, strict=True):
            new = _stored(branch, one)
            assert all(new.values()), one["path"]
            assert {**new, "password": ""} == {**old, "password": ""}
            assert "password" not in new or new["password"] != old["password"]


def _resources(branch: Deployment) -> dict[str, dict[str, Any]]:
    state = json.loads(branch.workspace.run(STACK, "show", "-json"))
    return {one["address"]: one["values"] for one in state["values"]["root_module"]["resources"]}


def _kind(address: str) -> str:
    return address.partition(".")[0]


def _import_id(address: str, values: dict[str, Any]) -> str:
    return "/".join(str(values[part]) for part in MODELS[_kind(address)].imports)


def _resets(addresses: list[str]) -> dict[str, dict[str, Any]]:
    """An override that has every imported user of a store make a new password."""
    found: dict[str, dict[str, Any]] = {}
    for address in addresses:
        if "password" in MODELS[_kind(address)].told_once:
            found.setdefault(_kind(address), {})[address.partition(".")[2]] = {"password_reset": "back"}
    return found


def _stored(branch: Deployment, secret: dict[str, Any]) -> dict[str, str]:
    found = branch.cloud.get(SECRET, f"{secret['okms_id']}/{secret['path']}")
    assert found is not None
    values: dict[str, str] = json.loads(found["version"]["data"])
    return values
