"""The shared DNS stack: the zones that environments use, and who may issue certificates for their domains."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cdktf import Construct
from andamio.cloud.dns import CertificateRule, Zone
from andamio.cloud.place import Place, place
from andamio.cloud.stack import CloudStack
from andamio.contract.platform import Platform
from andamio.contract.stacks import Stack
from andamio.model import Domain

__all__ = ["SharedDnsStack", "SharedDnsView", "shared_dns_view"]


@dataclass(frozen=True, kw_only=True)
class SharedDnsView:
    """What the shared DNS stack is built from."""

    place: Place
    zones: tuple[str, ...]
    """Zones that have to exist, sorted."""

    domains: tuple[Domain, ...]
    """Domains of the environments, by name, each once."""

    contact: str


def shared_dns_view(platform: Platform) -> SharedDnsView:
    """The view of the shared DNS stack."""
    domains = {environment.domain.name: environment.domain for environment in platform.environments}
    zones = {*platform.shared.zones, *(domain.zone for domain in domains.values())}
    return SharedDnsView(
        place=place(platform.shared),
        zones=tuple(sorted(zones)),
        domains=tuple(domain for _, domain in sorted(domains.items())),
        contact=platform.shared.contact,
    )


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
