import dataclasses
import json

import pytest

from andamio.cdktf import Testing as Cdktf
from andamio.cloud.links import PIPELINES, ci_link
from andamio.cloud.links_gitops import key_store_token_link
from andamio.contract.outputs import SharedOutputs
from andamio.contract.secrets import dns_link, registry_pull_link
from infra.stacks.keys import KeysStack, keys_view
from tests.infra.builtin_terraform import needs_terraform, terraform, write
from tests.infra.small_shop import platform

DEPLOYED = SharedOutputs(source="ovh", registry_host="registry.example", key_store_id="5f0c")
PULL = "secret-platform_registry-pull"


def keys(outputs: SharedOutputs = DEPLOYED, environment: str = "dev") -> dict:
    of = dataclasses.replace(platform(), shared_outputs=outputs)
    return json.loads(Cdktf.synth(KeysStack(Cdktf.app(), f"{environment}-keys", keys_view(of.views[environment]))))


def test_it_writes_exactly_the_secrets_that_have_a_link() -> None:
    links = [key_store_token_link(), registry_pull_link(), dns_link(), *(ci_link(one) for one in PIPELINES)]
    assert {one["path"] for one in keys()["resource"]["ovh_okms_secret"].values()} == {link.path for link in links}


def test_every_secret_lies_in_the_environments_own_key_store() -> None:
    assert {one["okms_id"] for one in keys()["resource"]["ovh_okms_secret"].values()} == {"${ovh_okms.key-store.id}"}


def test_the_pull_account_comes_from_the_shared_key_store() -> None:
    found = keys()
    assert found["data"]["ovh_okms_secret"][PULL]["okms_id"] == "5f0c"
    assert found["resource"]["ovh_okms_secret"][PULL]["version"]["data"] == f"${{data.ovh_okms_secret.{PULL}.data}}"


def test_what_reads_the_key_store_can_neither_write_it_nor_read_another() -> None:
    policy = keys()["resource"]["ovh_iam_policy"]["key-store-reader"]
    assert policy["resources"] == ["${ovh_okms.key-store.iam.urn}"]
    assert all(action.endswith(("/get", "/getData")) for action in policy["allow"])


def test_only_ids_and_addresses_are_told() -> None:
    assert set(keys()["output"]) == {"key_store_id", "key_store_host"}


@needs_terraform
@pytest.mark.parametrize(("outputs", "ready"), [(SharedOutputs(), False), (DEPLOYED, True)])
def test_terraform_refuses_it_until_the_shared_stacks_are_deployed(outputs, ready, tmp_path) -> None:
    found = keys(outputs)
    condition = found["data"]["ovh_okms_secret"][PULL]["lifecycle"]
    write(
        tmp_path,
        {"locals": found["locals"], "resource": {"terraform_data": {"pull": {"lifecycle": condition}}}},
    )
    terraform(tmp_path, "init", "-input=false")
    result = terraform(tmp_path, "plan", "-input=false", "-no-color")
    assert (result.returncode == 0) is ready
    assert ("apply the shared stacks" in " ".join(result.stderr.split())) is not ready
