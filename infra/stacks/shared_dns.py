"""The shared DNS stack: the zones that environments use, and who may issue certificates for their domains."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.dns import CertificateRule, Zone
from andamio.cloud.stack import CloudStack
from andamio.contract.stacks import Stack
from infra.views.shared_dns import SharedDnsView, shared_dns_view

__all__ = ["SharedDnsStack", "SharedDnsView", "shared_dns_view"]


class SharedDnsStack(CloudStack):
    """The zones, which have to exist, and the certificate rule of each environment's domain."""

    def __init__(self, scope: Construct, name: str, view: SharedDnsView) -> None:
        super().__init__(scope, name, kind=Stack.SHARED_DNS, place=view.place)
        zones = {name: Zone(self, f"zone-{name}", stack=self, name=name) for name in view.zones}
        for domain in view.domains:
            CertificateRule(
                self,
                f"certificates-{domain.name}",
                stack=self,
                zone=zones[domain.zone],
                domain=domain.name,
                subdomain=domain.name.removesuffix(domain.zone).removesuffix("."),
                contact=view.contact,
            )
