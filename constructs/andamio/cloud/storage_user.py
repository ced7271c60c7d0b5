"""A Public Cloud user with an S3 credential that one policy fences."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack, lifecycle
from andamio.cloud.state_access import USER_ROLE
from cdktf_cdktf_provider_ovh.cloud_project_user import CloudProjectUser
from cdktf_cdktf_provider_ovh.cloud_project_user_s3_credential import CloudProjectUserS3Credential
from cdktf_cdktf_provider_ovh.cloud_project_user_s3_policy import CloudProjectUserS3Policy

__all__ = ["StorageUser"]


class StorageUser(Construct):
    """A user of object storage: no right but those of `policy`, which is a JSON text of `state_access`.

    Args:
        name: Its Terraform name.
        description: What it is called at OVHcloud; a change re-creates it.
        policy: The S3 policy.
        protect: Whether Terraform refuses to destroy it. Default: no.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stack: CloudStack,
        name: str,
        description: str,
        policy: str,
        protect: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        project = stack.place.project
        kept = lifecycle(protect=protect)
        user = stack.address(
            CloudProjectUser(
                self, "user", service_name=project, description=description, role_names=[USER_ROLE], lifecycle=kept
            ),
            name,
        )
        self.credential = stack.address(
            CloudProjectUserS3Credential(self, "credential", service_name=project, user_id=user.id, lifecycle=kept),
            name,
        )
        stack.address(
            CloudProjectUserS3Policy(
                self, "policy", service_name=project, user_id=user.id, policy=policy, lifecycle=kept
            ),
            name,
        )
