"""The registry that holds all images: OVHcloud's Managed Private Registry (Harbor)."""

from __future__ import annotations

from andamio.cdktf import Construct, Fn
from andamio.cloud.stack import CloudStack, lifecycle
from cdktf_cdktf_provider_ovh.cloud_project_containerregistry import CloudProjectContainerregistry
from cdktf_cdktf_provider_ovh.cloud_project_containerregistry_user import CloudProjectContainerregistryUser
from cdktf_cdktf_provider_ovh.data_ovh_cloud_project_capabilities_containerregistry_filter import (
    DataOvhCloudProjectCapabilitiesContainerregistryFilter,
)

__all__ = ["ImageRegistry"]

ADMIN_LOGIN = "andamio"
"""Login of Harbor's administrator that Terraform uses."""


class ImageRegistry(Construct):
    """A registry with an administrator for the stack that fills it. Terraform refuses to destroy it.

    Args:
        region: Its region.
        plan: Its size, such as `MEDIUM`; a plan can be raised only.
        email: Address of the administrator.
    """

    def __init__(self, scope: Construct, id_: str, *, stack: CloudStack, region: str, plan: str, email: str) -> None:
        super().__init__(scope, id_)
        project = stack.place.project
        offer = stack.address(
            DataOvhCloudProjectCapabilitiesContainerregistryFilter(
                self, "plan", service_name=project, plan_name=plan, region=region
            ),
            "plan",
        )
        registry = stack.address(
            CloudProjectContainerregistry(
                self,
                "registry",
                service_name=project,
                region=region,
                name=stack.place.prefix,
                plan_id=offer.id,
                lifecycle=lifecycle(protect=True),
            ),
            "registry",
        )
        administrator = stack.address(
            CloudProjectContainerregistryUser(
                self, "administrator", service_name=project, registry_id=registry.id, login=ADMIN_LOGIN, email=email
            ),
            "administrator",
        )
        self.host: str = Fn.trimsuffix(Fn.trimprefix(registry.url, "https://"), "/")
        """Its host name."""

        self.username: str = administrator.user
        self.password: str = administrator.password
