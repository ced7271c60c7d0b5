import pytest

from andamio.cloud.storage_user import StorageUser
from tests.cloud.small_stack import PROJECT, stack, synthesized


@pytest.mark.parametrize("protect", [False, True])
def test_a_user_has_one_credential_and_one_policy_and_may_be_kept(protect) -> None:
    made = stack()
    StorageUser(made, "u", stack=made, name="ci", description="ci", policy='{"Statement":[]}', protect=protect)
    found = synthesized(made)["resource"]
    assert found["ovh_cloud_project_user"]["ci"]["role_names"] == ["objectstore_operator"]
    assert found["ovh_cloud_project_user_s3_policy"]["ci"]["policy"] == '{"Statement":[]}'
    for labels in found.values():
        assert labels["ci"]["service_name"] == PROJECT
        assert labels["ci"].get("lifecycle", {}).get("prevent_destroy", False) is protect
