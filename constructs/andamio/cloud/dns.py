"""The DNS zones, and what the platform says in them about certificates."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack
from cdktf_cdktf_provider_ovh.data_ovh_domain_zone import DataOvhDomainZone
from cdktf_cdktf_provider_ovh.domain_zone_record import DomainZoneRecord

__all__ = ["CERTIFICATE_AUTHORITY", "CertificateRule", "Zone"]

CERTIFICATE_AUTHORITY = "letsencrypt.org"
"""The only certificate authority that may issue for the platform's domains."""

_TTL = 3600


class Zone(Construct):
    """A DNS zone at OVHcloud, which has to exist: the plan fails where it does not."""

    def __init__(self, scope: Construct, id_: str, *, stack: CloudStack, name: str) -> None:
        super().__init__(scope, id_)
        self.zone = stack.address(DataOvhDomainZone(self, "zone", name=name), "zone", name)
        self.name: str = self.zone.name


class CertificateRule(Construct):
    """CAA records (RFC 8659) of one environment's domain: who may issue certificates for it and all below it.

    They stand at the domain, not at the zone's top, so that other names of the zone keep their own authorities.

    Args:
        zone: The zone that holds the domain.
        domain: The domain, such as `dev.tienda.example`.
        subdomain: The domain without its zone; empty when it is the zone itself.
        contact: E-mail address to which authorities report refused requests.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stack: CloudStack,
        zone: Zone,
        domain: str,
        subdomain: str,
        contact: str,
    ) -> None:
        super().__init__(scope, id_)
        for tag, value in (
            ("issue", CERTIFICATE_AUTHORITY),
            ("issuewild", CERTIFICATE_AUTHORITY),
            ("iodef", f"mailto:{contact}"),
        ):
            stack.address(
                DomainZoneRecord(
                    self,
                    tag,
                    zone=zone.name,
                    subdomain=subdomain,
                    fieldtype="CAA",
                    ttl=_TTL,
                    target=f'0 {tag} "{value}"',
                ),
                "caa",
                domain,
                tag,
            )
