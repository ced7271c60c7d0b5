import json
import subprocess
import sys

import pytest

from andamio.cloud.state import StateBucket
from andamio.cloud.state_access import STATE_ADDRESSES, apply_policy, owner_policy, plan_policy, state_user
from andamio.contract.stacks import Stack
from tests.cloud.small_stack import place, stack, synthesized

BUCKET = "shop-dev-state"
POLICIES = {
    "owner": owner_policy(BUCKET),
    "plan": plan_policy(BUCKET),
    "apply": apply_policy(BUCKET, ["dev-network", "dev-data"]),
}


def allowed(policy: str, action: str) -> set[str]:
    """Resources on which a policy allows an action."""
    statements = json.loads(policy)["Statement"]
    assert {one["Effect"] for one in statements} == {"Allow"}
    return {on for one in statements if action in one["Action"] for on in one["Resource"]}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
def test_nobody_deletes_the_bucket_or_a_version_or_reaches_another_bucket(policy) -> None:
    for action in ("s3:DeleteBucket", "s3:DeleteObjectVersion", "s3:PutBucketVersioning", "s3:*"):
        assert not allowed(policy, action)
    assert "*" not in {action for one in json.loads(policy)["Statement"] for action in one["Action"]}
    for one in json.loads(policy)["Statement"]:
        for on in one["Resource"]:
            assert on == f"arn:aws:s3:::{BUCKET}" or on.startswith(f"arn:aws:s3:::{BUCKET}/")


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
def test_everybody_reads_and_locks(policy) -> None:
    assert allowed(policy, "s3:GetObject") == {f"arn:aws:s3:::{BUCKET}/*"}
    assert allowed(policy, "s3:PutObject")
    assert allowed(policy, "s3:DeleteObject")


def test_a_plan_writes_nothing_but_locks() -> None:
    assert allowed(POLICIES["plan"], "s3:PutObject") == {f"arn:aws:s3:::{BUCKET}/*.tflock"}
    assert allowed(POLICIES["plan"], "s3:DeleteObject") == {f"arn:aws:s3:::{BUCKET}/*.tflock"}


def test_an_apply_writes_the_states_of_its_stacks_alone() -> None:
    written = allowed(POLICIES["apply"], "s3:PutObject")
    assert {on.rpartition("/")[2] for on in written} == {"dev-network.tfstate", "dev-data.tfstate", "*.tflock"}
    assert allowed(POLICIES["apply"], "s3:DeleteObject") == {f"arn:aws:s3:::{BUCKET}/*.tflock"}


def test_the_owner_recovers_an_older_version() -> None:
    assert allowed(POLICIES["owner"], "s3:ListBucketVersions")
    assert allowed(POLICIES["owner"], "s3:GetObjectVersion")


def test_what_is_made_by_the_api_is_what_the_stack_declares() -> None:
    made = stack(Stack.STATE)
    StateBucket(made, "state", stack=made, keep_days=30)
    found = synthesized(made)["resource"]
    assert {f"{kind}.{label}" for kind, labels in found.items() for label in labels} == set(STATE_ADDRESSES.values())
    assert found["ovh_cloud_project_user"]["state"]["description"] == state_user(place())
    assert found["ovh_cloud_project_user_s3_policy"]["state"]["policy"] == owner_policy(place().bucket)


def test_commands_can_read_it_without_starting_cdktf() -> None:
    code = "import sys, andamio.cloud.state_access; sys.exit('jsii' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
