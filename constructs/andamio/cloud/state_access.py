"""What may be done with a state bucket, as S3 policies, and how long it keeps what was replaced. Plain data, no cdktf.

`andamio state init` makes the bucket and its user by the API before any state exists, and hands them to the state
stack: both take their settings from here, so that the first plan is empty.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from andamio.cloud.place import Place

__all__ = [
    "ABORT_UPLOAD_DAYS",
    "STATE_ADDRESSES",
    "USER_ROLE",
    "apply_policy",
    "owner_policy",
    "plan_policy",
    "state_user",
]

USER_ROLE = "objectstore_operator"
"""Role of a Public Cloud user that may use object storage, within its S3 policy."""

ABORT_UPLOAD_DAYS = 7
"""Days after which the rest of an upload that never ended is dropped."""

STATE_ADDRESSES = {
    "bucket": "ovh_cloud_project_storage.state",
    "lifecycle": "ovh_cloud_project_storage_object_bucket_lifecycle_configuration.state",
    "user": "ovh_cloud_project_user.state",
    "credential": "ovh_cloud_project_user_s3_credential.state",
    "policy": "ovh_cloud_project_user_s3_policy.state",
}
"""What a state stack holds → its Terraform address."""

_LOOK = ("s3:GetBucketLocation", "s3:ListBucket")
_READ = ("s3:GetObject",)
_WRITE = ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")


def state_user(place: Place) -> str:
    """Description of the Public Cloud user that owns the state; it is how the user is found again."""
    return f"{place.prefix}-state"


def owner_policy(bucket: str) -> str:
    """The policy of those who run the platform: read, write and recover every state, lock and unlock it.

    It can neither delete the bucket nor a version of an object, so the history outlives a mistake.
    """
    return _policy(
        _statement("Look", (*_LOOK, "s3:ListBucketVersions"), (bucket,)),
        _statement("State", (*_READ, *_WRITE, "s3:GetObjectVersion", "s3:DeleteObject"), (f"{bucket}/*",)),
    )


def plan_policy(bucket: str) -> str:
    """The policy of a pipeline that plans: read every state, and lock.

    A state holds secrets, so whoever plans can read them.
    """
    return _policy(
        _statement("Look", _LOOK, (bucket,)),
        _statement("Read", _READ, (f"{bucket}/*",)),
        _statement("Lock", ("s3:PutObject", "s3:DeleteObject"), (f"{bucket}/*.tflock",)),
    )


def apply_policy(bucket: str, stacks: Sequence[str]) -> str:
    """The policy of a pipeline that applies `stacks`: read every state, write those stacks' alone, and lock."""
    return _policy(
        _statement("Look", _LOOK, (bucket,)),
        _statement("Read", _READ, (f"{bucket}/*",)),
        _statement("Write", _WRITE, [f"{bucket}/{stack}.tfstate" for stack in stacks]),
        _statement("Lock", ("s3:PutObject", "s3:DeleteObject"), (f"{bucket}/*.tflock",)),
    )


def _statement(name: str, actions: Sequence[str], on: Sequence[str]) -> dict[str, object]:
    return {"Sid": name, "Effect": "Allow", "Action": list(actions), "Resource": [f"arn:aws:s3:::{one}" for one in on]}


def _policy(*statements: dict[str, object]) -> str:
    return json.dumps({"Statement": list(statements)}, separators=(",", ":"))
