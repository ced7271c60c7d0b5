"""A key store: the OVHcloud KMS domain that keeps the secrets of an environment, or the shared ones."""

from __future__ import annotations

from andamio.cdktf import Construct, Fn
from andamio.cloud.stack import CloudStack, lifecycle
from cdktf_cdktf_provider_ovh.data_ovh_me import DataOvhMe
from cdktf_cdktf_provider_ovh.okms import Okms

__all__ = ["KeyStore"]


class KeyStore(Construct):
    """A KMS domain. OVHcloud sells it through an order, so the account needs a default means of payment.

    Destroying it destroys every secret in it, those that people put there too; where data matters Terraform refuses.

    Args:
        region: Region of the key store, such as `eu-west-rbx`; a change re-creates it.
    """

    def __init__(self, scope: Construct, id_: str, *, stack: CloudStack, region: str) -> None:
        super().__init__(scope, id_)
        account = stack.address(DataOvhMe(self, "account"), "account")
        domain = stack.address(
            Okms(
                self,
                "domain",
                region=region,
                display_name=stack.place.prefix,
                ovh_subsidiary=account.ovh_subsidiary,
                lifecycle=lifecycle(protect=stack.place.durable),
            ),
            "key-store",
        )
        self.id: str = domain.id
        self.urn: str = domain.iam.urn
        self.host: str = Fn.trimsuffix(Fn.trimprefix(domain.rest_endpoint, "https://"), "/")
        """Host of its API."""
