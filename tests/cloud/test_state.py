import pytest

from andamio.cloud.state import StateBucket
from andamio.contract.stacks import Stack
from tests.cloud.small_stack import place, stack, synthesized


def made(durable: bool) -> dict:
    of = stack(Stack.STATE, at=place(durable=durable))
    StateBucket(of, "state", stack=of, keep_days=45)
    return synthesized(of)["resource"]


def test_the_bucket_is_versioned_and_encrypted_and_lists_nothing_into_the_state() -> None:
    bucket = made(durable=False)["ovh_cloud_project_storage"]["state"]
    assert bucket["versioning"] == {"status": "enabled"}
    assert bucket["encryption"] == {"sse_algorithm": "AES256"}
    assert bucket["hide_objects"] is True
    assert bucket["name"] == place().bucket


@pytest.mark.parametrize("durable", [False, True])
def test_nothing_of_it_can_be_destroyed_by_accident_in_any_environment(durable) -> None:
    for labels in made(durable).values():
        for resource in labels.values():
            assert resource["lifecycle"] == {"prevent_destroy": True}


def test_replaced_versions_go_after_the_days_that_the_catalog_says_and_current_ones_never() -> None:
    rules = made(durable=False)["ovh_cloud_project_storage_object_bucket_lifecycle_configuration"]["state"]["rules"]
    assert {"noncurrent_days": 45} in [rule.get("noncurrent_version_expiration") for rule in rules]
    for rule in rules:
        assert rule["status"] == "enabled"
        assert not {"days", "date"} & set(rule.get("expiration", {}))


def test_the_user_may_use_object_storage_and_nothing_else() -> None:
    found = made(durable=False)
    assert found["ovh_cloud_project_user"]["state"]["role_names"] == ["objectstore_operator"]
    for kind in ("ovh_cloud_project_user_s3_credential", "ovh_cloud_project_user_s3_policy"):
        assert found[kind]["state"]["user_id"] == "${ovh_cloud_project_user.state.id}"
