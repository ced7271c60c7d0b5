"""`andamio state init` on a stand-in of OVHcloud, as a library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from andamio.state.catalog import find_target
from andamio.state.errors import OutsideError, RefusedError, SettingError
from andamio.state.object_storage import ObjectStorage
from andamio.state.ovh import Access, OvhApi
from andamio.state.preparation import Preparation
from andamio.state.prepared import Prepared
from andamio.state.target import Target
from tests.state.loopback import Cloud, DropError
from tests.state.workplace import BUCKET, PROJECT, state


@pytest.fixture
def target(project: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(project / "config"))
    return find_target("dev", catalog=project / "catalog", folder=project / "dist")


def init(cloud: Cloud, target: Target, **settings: object) -> Prepared:
    def storage(credential: object) -> ObjectStorage:
        return ObjectStorage(endpoint=cloud.address, bucket=BUCKET, region="GRA", credential=credential, pause=0.01)

    api = OvhApi(Access.from_environment(cloud.environment()), pause=0.01)
    settings = {"patience": 0.3, "pause": 0.02, **settings}
    return Preparation(target=target, api=api, storage=storage, **settings).run()


def outcomes(prepared: Prepared) -> dict[str, str]:
    return {step.what: step.outcome for step in prepared.steps}


def imports(target: Target) -> dict[str, str]:
    document = json.loads((target.stack_folder("dev-state") / "imports.tf.json").read_text())
    return {block["to"]: block["id"] for block in document["import"]}


def test_what_is_made_is_versioned_encrypted_fenced_and_marked(cloud: Cloud, target: Target) -> None:
    init(cloud, target)
    bucket = cloud.buckets[BUCKET]
    assert bucket["versioning"] == {"status": "enabled"}
    assert bucket["encryption"] == {"sseAlgorithm": "AES256"}
    assert bucket["tags"] == {"managed-by": "andamio", "stack": "shop-dev-state"}
    (user,) = cloud.users
    resources = {r for s in json.loads(cloud.policies[user])["Statement"] for r in s["Resource"]}
    assert resources == {f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"}


def test_everything_that_is_made_is_handed_to_its_stack_by_id(cloud: Cloud, target: Target) -> None:
    init(cloud, target)
    (user,) = cloud.users
    (access,) = cloud.keys[user]
    assert imports(target) == {
        "ovh_cloud_project_storage.state": f"{PROJECT}/GRA/{BUCKET}",
        "ovh_cloud_project_user.state": f"{PROJECT}/{user}",
        "ovh_cloud_project_user_s3_policy.state": f"{PROJECT}/{user}",
        "ovh_cloud_project_user_s3_credential.state": f"{PROJECT}/{user}/{access}",
    }


def owned(cloud: Cloud) -> dict[str, dict[str, str]]:
    (user,) = cloud.users
    return {
        "ovh_cloud_project_storage.state": {"name": BUCKET},
        "ovh_cloud_project_user.state": {"id": user},
        "ovh_cloud_project_user_s3_policy.state": {"id": f"{PROJECT}/{user}", "user_id": user},
        "ovh_cloud_project_user_s3_credential.state": {"id": next(iter(cloud.keys[user])), "user_id": user},
    }


def test_the_imports_go_once_the_state_owns_everything(cloud: Cloud, target: Target) -> None:
    init(cloud, target)
    cloud.put(BUCKET, "dev-state.tfstate", state(owned=owned(cloud)))
    prepared = init(cloud, target)
    assert prepared.imports is None
    assert not (target.stack_folder("dev-state") / "imports.tf.json").exists()
    assert not any("apply" in command for command in prepared.commands)


def test_a_revoked_credential_is_made_anew_and_replaces_the_one_in_the_state(cloud: Cloud, target: Target) -> None:
    init(cloud, target)
    cloud.put(BUCKET, "dev-state.tfstate", state(owned=owned(cloud)))
    (user,) = cloud.users
    cloud.keys[user].clear()
    prepared = init(cloud, target)
    (access,) = cloud.keys[user]
    assert access in target.credentials.read_text()
    assert imports(target) == {"ovh_cloud_project_user_s3_credential.state": f"{PROJECT}/{user}/{access}"}
    assert any("state rm ovh_cloud_project_user_s3_credential.state" in command for command in prepared.commands)


def test_another_machine_fetches_the_same_credential(cloud: Cloud, target: Target) -> None:
    init(cloud, target)
    first = target.credentials.read_text()
    target.credentials.unlink()
    assert outcomes(init(cloud, target))["S3 credential"] == "was there"
    assert target.credentials.read_text() == first


def test_a_dry_run_makes_and_writes_nothing(cloud: Cloud, target: Target) -> None:
    prepared = init(cloud, target, dry_run=True)
    assert set(outcomes(prepared).values()) == {"would make"}
    assert {method for method, _ in cloud.requests} == {"GET"}
    assert not target.credentials.exists()


def test_the_credential_is_for_its_owner_alone(cloud: Cloud, target: Target) -> None:
    init(cloud, target)
    target.credentials.chmod(0o644)
    init(cloud, target)
    assert target.credentials.stat().st_mode & 0o777 == 0o600
    assert target.credentials.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["user", "storage", "policy", "s3Credentials"])
def test_a_create_whose_answer_is_lost_is_found_again(cloud: Cloud, target: Target, kind: str) -> None:
    lost: list[str] = []

    def lose(number: int, stage: str, method: str, path: str) -> None:
        if stage == "after" and method == "POST" and path.endswith(kind) and not lost:
            lost.append(path)
            raise DropError

    cloud.hook = lose
    if kind == "policy":  # to set it again does no harm, so the next run does
        with pytest.raises(OutsideError):
            init(cloud, target)
    init(cloud, target)
    assert lost
    assert (len(cloud.users), len(cloud.buckets), [len(keys) for keys in cloud.keys.values()]) == (1, 1, [1])


def test_a_new_user_is_waited_for(cloud: Cloud, target: Target) -> None:
    cloud.user_status = ["creating"]

    def ready(number: int, stage: str, method: str, path: str) -> None:
        if number > 6:
            for user in cloud.users.values():
                user["status"] = "ok"

    cloud.hook = ready
    init(cloud, target)
    assert cloud.keys


def foreign_bucket(cloud: Cloud) -> None:
    cloud.buckets[BUCKET] = {"name": BUCKET, "versioning": {"status": "enabled"}, "tags": {"team": "other"}}


def foreign_policy(cloud: Cloud) -> None:
    cloud.policies[cloud.add_user("shop-dev-state")] = (
        '{"Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":["*"]}]}'
    )


FOREIGN = {
    "a bucket without our tags": (foreign_bucket, "lacks our tags"),
    "a bucket of another project": (lambda cloud: cloud.taken.add(BUCKET), "names are global"),
    "a user with other roles": (
        lambda cloud: cloud.add_user("shop-dev-state", roles=("administrator",)),
        "administrator",
    ),
    "two users": (lambda cloud: [cloud.add_user("shop-dev-state") for _ in range(2)], "2 users called"),
    "a policy": (foreign_policy, "--replace-policy"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_we_did_not_make_is_refused_and_stays_as_it_was(cloud: Cloud, target: Target, name: str) -> None:
    plant, told = FOREIGN[name]
    plant(cloud)
    before = json.dumps([cloud.buckets, cloud.policies], sort_keys=True)
    users = set(cloud.users)
    with pytest.raises(RefusedError, match=told):
        init(cloud, target)
    if name == "a policy":
        assert cloud.policies == json.loads(before)[1]
    else:
        assert json.dumps([cloud.buckets, cloud.policies], sort_keys=True) == before
    assert not users or set(cloud.users) == users
    assert not any(cloud.keys.values())


def test_a_foreign_policy_is_replaced_on_request(cloud: Cloud, target: Target) -> None:
    foreign_policy(cloud)
    assert outcomes(init(cloud, target, replace_policy=True))["S3 policy"] == "mended"


def test_a_bucket_that_the_stack_owns_needs_no_tags(cloud: Cloud, target: Target) -> None:
    init(cloud, target)
    cloud.put(BUCKET, "dev-state.tfstate", state(owned=owned(cloud)))
    cloud.buckets[BUCKET]["tags"] = {}
    assert outcomes(init(cloud, target))["bucket"] == "was there"


def test_versioning_that_was_turned_off_is_mended(cloud: Cloud, target: Target) -> None:
    init(cloud, target)
    cloud.buckets[BUCKET]["versioning"] = {"status": "suspended"}
    assert outcomes(init(cloud, target))["bucket"] == "mended"
    assert cloud.buckets[BUCKET]["versioning"] == {"status": "enabled"}


@pytest.mark.parametrize(("body", "told"), [(b"{", "damaged"), (None, "was deleted")])
def test_a_state_in_trouble_is_left_to_the_doctor(cloud: Cloud, target: Target, body: bytes | None, told: str) -> None:
    init(cloud, target)
    cloud.put(BUCKET, "dev-state.tfstate", state(owned=owned(cloud)))
    cloud.put(BUCKET, "dev-state.tfstate", body)
    with pytest.raises(RefusedError, match=f"{told}.*andamio state doctor dev"):
        init(cloud, target)


def test_a_stack_that_is_not_published_stops_it_before_anything_is_made(cloud: Cloud, target: Target) -> None:
    (target.stack_folder("dev-state") / "cdk.tf.json").unlink()
    with pytest.raises(SettingError, match="andamio synth"):
        init(cloud, target)
    assert not cloud.requests


def test_an_imports_file_of_somebody_else_is_refused(cloud: Cloud, target: Target) -> None:
    file = target.stack_folder("dev-state") / "imports.tf.json"
    file.write_text('{"import": []}')
    with pytest.raises(RefusedError, match="not ours"):
        init(cloud, target)
    assert file.read_text() == '{"import": []}'
