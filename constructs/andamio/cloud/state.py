"""The bucket of Terraform's state, with the user that reaches it."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack, lifecycle
from andamio.cloud.state_access import ABORT_UPLOAD_DAYS, owner_policy, state_user
from andamio.cloud.storage_user import StorageUser
from cdktf_cdktf_provider_ovh.cloud_project_storage import CloudProjectStorage
from cdktf_cdktf_provider_ovh.cloud_project_storage_object_bucket_lifecycle_configuration import (
    CloudProjectStorageObjectBucketLifecycleConfiguration,
)

__all__ = ["StateBucket"]


class StateBucket(Construct):
    """A versioned, encrypted bucket and the Public Cloud user that may use it.

    Destroying a bucket empties it first, all versions included, so Terraform refuses that in every environment, and
    the same for its user: without the credential nobody reaches the state. Objects are not listed into the state.

    Args:
        keep_days: Days for which replaced versions of a state are kept.
    """

    def __init__(self, scope: Construct, id_: str, *, stack: CloudStack, keep_days: int) -> None:
        super().__init__(scope, id_)
        place = stack.place
        kept = lifecycle(protect=True)
        bucket = stack.address(
            CloudProjectStorage(
                self,
                "bucket",
                service_name=place.project,
                region_name=place.state_region,
                name=place.bucket,
                versioning={"status": "enabled"},
                encryption={"sse_algorithm": "AES256"},
                hide_objects=True,
                lifecycle=kept,
            ),
            "state",
        )
        stack.address(
            CloudProjectStorageObjectBucketLifecycleConfiguration(
                self,
                "lifecycle",
                service_name=place.project,
                region_name=place.state_region,
                container_name=bucket.name,
                rules=[
                    {
                        "id": "replaced-versions",
                        "status": "enabled",
                        "noncurrent_version_expiration": {"noncurrent_days": keep_days},
                    },
                    {
                        "id": "delete-markers",
                        "status": "enabled",
                        "expiration": {"expired_object_delete_marker": True},
                    },
                    {
                        "id": "unfinished-uploads",
                        "status": "enabled",
                        "abort_incomplete_multipart_upload": {"days_after_initiation": ABORT_UPLOAD_DAYS},
                    },
                ],
                lifecycle=kept,
            ),
            "state",
        )
        StorageUser(
            self,
            "user",
            stack=stack,
            name="state",
            description=state_user(place),
            policy=owner_policy(place.bucket),
            protect=True,
        )
