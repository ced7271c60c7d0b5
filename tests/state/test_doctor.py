"""`andamio state doctor` on planted troubles."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from andamio.state.catalog import find_target
from andamio.state.credentials import S3Credential
from andamio.state.doctor import Doctor
from andamio.state.doctor_objects import PROBE
from andamio.state.object_storage import ObjectStorage
from andamio.state.ovh import Access, OvhApi
from andamio.state.preparation import Preparation
from andamio.state.report import Report
from andamio.state.target import Target
from tests.lacking import not_run
from tests.state.loopback import Cloud
from tests.state.workplace import BUCKET, state

SECRET = "hunter2-lies-in-the-state"  # noqa: S105 - planted to be looked for
OUTPUTS = {"password": {"value": SECRET, "type": "string", "sensitive": True}}


@pytest.fixture
def target(project: Path, monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> Target:
    """A target whose backend is made and healthy."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(project / "config"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SHARED_CREDENTIALS_FILE", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    target = find_target("dev", catalog=project / "catalog", folder=project / "dist")
    Preparation(target=target, api=api(cloud), storage=storage(cloud), pause=0.01).run()
    for stack in ("dev-state", "dev-network", "dev-cluster"):
        cloud.put(BUCKET, f"{stack}.tfstate", state(7, outputs=OUTPUTS))
    return target


def api(cloud: Cloud) -> OvhApi:
    return OvhApi(Access.from_environment(cloud.environment()), pause=0.01)


def storage(cloud: Cloud) -> Callable[[S3Credential], ObjectStorage]:
    return lambda credential: ObjectStorage(
        endpoint=cloud.address, bucket=BUCKET, region="GRA", credential=credential, pause=0.01
    )


def examine(cloud: Cloud, target: Target, **settings: object) -> Report:
    report = Doctor(target=target, api=lambda: api(cloud), storage=storage(cloud), **settings).examine()
    assert SECRET not in "\n".join(report.lines())
    assert not [secret for secret in cloud.secrets if secret in "\n".join(report.lines())]
    return report


def test_a_healthy_backend_has_no_trouble_and_keeps_no_scratch_object(cloud: Cloud, target: Target) -> None:
    report = examine(cloud, target)
    assert report.troubles == []
    assert cloud.current(BUCKET, PROBE) is None
    assert "not deployed yet: dev-keys, dev-data, dev-gitops" in report.facts


def test_without_a_probe_nothing_is_written(cloud: Cloud, target: Target) -> None:
    before = len(cloud.requests)
    examine(cloud, target, probe=False)
    assert {method for method, _ in cloud.requests[before:]} == {"GET"}


def lock(cloud: Cloud, body: bytes | None = None) -> None:
    created = (datetime.now(tz=UTC) - timedelta(hours=3)).isoformat().replace("+00:00", "Z")
    told = {"ID": "5d1f0c2e", "Operation": "OperationTypeApply", "Who": "ana@laptop\u001b[31m", "Created": created}
    cloud.put(BUCKET, "dev-network.tfstate.tflock", json.dumps(told).encode() if body is None else body)


def grant(cloud: Cloud, action: str, resource: str) -> None:
    (user,) = cloud.policies
    policy = json.loads(cloud.policies[user])
    policy["Statement"].append({"Effect": "Allow", "Action": [action], "Resource": [resource]})
    cloud.policies[user] = json.dumps(policy)


def narrow(cloud: Cloud) -> None:
    (user,) = cloud.policies
    policy = json.loads(cloud.policies[user])
    policy["Statement"][1]["Action"].remove("s3:DeleteObject")
    cloud.policies[user] = json.dumps(policy)


def put(body: bytes | None) -> Callable[[Cloud], object]:
    return lambda cloud: cloud.put(BUCKET, "dev-network.tfstate", body)


TROUBLES: dict[str, tuple[Callable[[Cloud], object], str]] = {
    "versioning-off": (
        lambda c: c.buckets[BUCKET].update(versioning={"status": "suspended"}),
        "andamio state init dev",
    ),
    "encryption-off": (
        lambda c: c.buckets[BUCKET].update(encryption={"sseAlgorithm": "plaintext"}),
        "andamio state init",
    ),
    "bucket-missing": (lambda c: c.buckets.clear(), "andamio state init dev"),
    "user-missing": (lambda c: c.users.clear(), "andamio state init dev"),
    "user-twice": (lambda c: c.add_user("shop-dev-state"), "state show ovh_cloud_project_user.state"),
    "user-roles": (lambda c: [u.update(roles=[{"name": "administrator"}]) for u in c.users.values()], "apply"),
    "policy-missing": (lambda c: c.policies.clear(), "andamio state init dev"),
    "policy-narrow": (narrow, "--replace-policy"),
    "policy-wide": (lambda c: grant(c, "s3:GetObject", "arn:aws:s3:::*"), "--replace-policy"),
    "credential-missing": (lambda c: [keys.clear() for keys in c.keys.values()], "andamio state init dev"),
    "locked": (lock, "force-unlock 5d1f0c2e"),
    "lock-damaged": (lambda c: lock(c, b""), "delete-object"),
    "state-damaged": (put(b"{"), "get-object"),
    "state-deleted": (put(None), "put-object"),
    "state-replaced": (put(state(1, lineage="another")), "plan"),
    "state-rolled-back": (put(state(6)), "plan"),
    "state-forked": (put(state(7)), "plan"),
    "state-missing": (lambda c: c.put(BUCKET, "dev-data.tfstate", state()), "dev-keys"),
    "no-conditional-writes": (lambda c: setattr(c, "conditional", False), "One person"),
    "clock-skew": (lambda c: setattr(c, "skew", 1200.0), "timedatectl"),
}


@pytest.mark.parametrize("code", TROUBLES)
def test_each_trouble_is_named_with_what_mends_it(cloud: Cloud, target: Target, code: str) -> None:
    plant, mend = TROUBLES[code]
    plant(cloud)
    found = {trouble.code: trouble for trouble in examine(cloud, target).troubles}
    assert code in found
    assert mend.lower() in "\n".join(found[code].mend).lower()
    assert found[code].what.endswith(".")
    assert found[code].why.endswith(".")


def test_a_lock_says_who_holds_it_and_since_when(cloud: Cloud, target: Target) -> None:
    lock(cloud)
    (trouble,) = examine(cloud, target).troubles
    assert "ana@laptop" in trouble.what
    assert "(3 hours ago)" in trouble.what
    assert "\x1b" not in trouble.what


def test_no_credential_leaves_the_api_side_examined(cloud: Cloud, target: Target) -> None:
    target.credentials.unlink()
    report = examine(cloud, target)
    assert [trouble.code for trouble in report.troubles] == ["no-credentials"]
    assert "versioning is on" in report.facts


def test_no_api_credentials_leave_the_bucket_examined(cloud: Cloud, target: Target) -> None:
    report = Doctor(target=target, api=lambda: OvhApi(Access.from_environment({})), storage=storage(cloud)).examine()
    assert [trouble.code for trouble in report.troubles] == ["no-api-credentials"]
    assert any("serial 7" in fact for fact in report.facts)


def test_the_newest_sound_version_is_the_one_to_take_back(cloud: Cloud, target: Target) -> None:
    good = cloud.put(BUCKET, "dev-network.tfstate", state(8))
    cloud.put(BUCKET, "dev-network.tfstate", b"half a sta")
    cloud.put(BUCKET, "dev-network.tfstate", b"")
    (trouble,) = examine(cloud, target).troubles
    assert any(f"--version-id {good} " in line for line in trouble.mend)


def test_the_commands_bring_a_deleted_state_back(cloud: Cloud, target: Target, tmp_path: Path) -> None:
    aws = shutil.which("aws")
    if aws is None or subprocess.run([aws, "--version"], capture_output=True, check=False).returncode:
        pytest.skip(not_run("aws", "install the AWS command line"))
    wanted = state(9)
    cloud.put(BUCKET, "dev-network.tfstate", wanted)
    cloud.put(BUCKET, "dev-network.tfstate", None)
    (trouble,) = examine(cloud, target).troubles
    script = "\n".join(line for line in trouble.mend if not line.startswith(("#", "terraform")))
    done = subprocess.run(["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert cloud.current(BUCKET, "dev-network.tfstate")["body"] == wanted
    # It was taken back, not written by Terraform: only its serial may be reported.
    assert {trouble.code for trouble in examine(cloud, target).troubles} <= {"state-rolled-back"}
    assert not (tmp_path / "restored.tfstate").exists()


def test_versions_that_outlive_their_days_are_a_trouble(cloud: Cloud, target: Target) -> None:
    """Ninety days by default, counted from when a version was replaced."""
    cloud.objects[BUCKET] = [one for one in cloud.objects[BUCKET] if not one["key"].startswith("dev-network")]
    for serial, cloud.age in enumerate((300, 120, 80, 0)):
        cloud.put(BUCKET, "dev-network.tfstate", state(serial))
    (trouble,) = examine(cloud, target).troubles
    assert trouble.code == "versions-kept-too-long"
    assert trouble.what.startswith("1 of 3 replaced versions")
