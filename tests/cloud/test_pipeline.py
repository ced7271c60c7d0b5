import json
import re

import pytest

from andamio.cloud.links import CI_KEYS, PIPELINES, ci_link
from andamio.cloud.pipeline import APPLIED_STACKS, PipelineIdentities
from andamio.cloud.rights import KEEP, project_urn
from andamio.contract.stacks import Stack
from tests.cloud.small_stack import PROJECT, place, stack, synthesized


def pipelines(durable: bool = False) -> dict:
    made = stack(at=place(durable=durable))
    PipelineIdentities(made, "pipelines", stack=made, store_id="store", store_urn="urn:store")
    return synthesized(made)["resource"]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_a_pipeline_reaches_its_environments_project_and_key_store_and_nothing_else(pipeline) -> None:
    policies = [one for one in pipelines()["ovh_iam_policy"].values() if f"ci-{pipeline}" in one["identities"][0]]
    assert sorted(on for one in policies for on in one["resources"]) == sorted([project_urn(PROJECT), "urn:store"])


def test_the_two_have_nothing_in_common() -> None:
    found = pipelines()
    for kind in ("ovh_me_api_oauth2_client", "ovh_cloud_project_user", "ovh_cloud_project_user_s3_credential"):
        assert set(found[kind]) == {"ci-plan", "ci-apply"}
    for kind in ("ovh_cloud_project_user_s3_credential", "ovh_cloud_project_user_s3_policy"):
        for name, one in found[kind].items():
            assert one["user_id"] == f"${{ovh_cloud_project_user.{name}.id}}"


@pytest.mark.parametrize("durable", [False, True])
def test_where_data_matters_an_apply_cannot_delete_it(durable) -> None:
    policy = pipelines(durable)["ovh_iam_policy"]["ci-apply-project"]
    assert policy.get("except", []) == (list(KEEP) if durable else [])


def test_no_pipeline_writes_the_states_of_the_stacks_that_give_rights() -> None:
    assert {Stack.STATE, Stack.KEYS}.isdisjoint(APPLIED_STACKS)
    for user in pipelines()["ovh_cloud_project_user_s3_policy"].values():
        for one in json.loads(user["policy"])["Statement"]:
            if "s3:PutObject" in one["Action"]:
                assert not [on for on in one["Resource"] if re.search(r"(keys|state)\.tfstate|/\*$", on)]


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_its_identity_lies_in_the_key_store_under_its_link(pipeline) -> None:
    secret = pipelines()["ovh_okms_secret"][f"secret-ci_{pipeline}"]
    assert (secret["okms_id"], secret["path"]) == ("store", ci_link(pipeline).path)
    data = secret["version"]["data"]
    assert re.findall(r'"(\w+)" = ', data) == list(CI_KEYS)
    assert set(re.findall(r"ovh_\w+\.([\w-]+)\.", data)) == {f"ci-{pipeline}"}
