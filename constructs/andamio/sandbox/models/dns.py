"""DNS zones, which people buy, and records in them."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any

from andamio.sandbox.cloud.made import TIME, Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, data, model

__all__: list[str] = []

_TYPES = [
    "A",
    "AAAA",
    "CAA",
    "CNAME",
    "DKIM",
    "DMARC",
    "DNAME",
    "HTTPS",
    "LOC",
    "MX",
    "NAPTR",
    "NS",
    "PTR",
    "RP",
    "SPF",
    "SRV",
    "SSHFP",
    "SVCB",
    "TLSA",
    "TXT",
]


def _zone(asked: Asked, name: Any) -> str:
    if name not in asked.cloud.setting("zones", []):
        raise Refusal(
            f'the account has no zone "{name}": zones are bought, the setting `zones` of the sandbox lists them',
            source="OVHcloud's API answers 404",
        )
    return str(name)


@model("ovh_domain_zone_record")
class Record(Model):
    """A record of a zone. Two equal ones are taken as OVHcloud takes them."""

    imports = ("id", "zone")

    def check(self, asked: Asked) -> None:
        """The zone is there, the type is one, an address is an address."""
        given = asked.given
        _zone(asked, given["zone"])
        if given["fieldtype"] not in _TYPES:
            raise Refusal(f"there are no records of type {given['fieldtype']}", source="provider documentation")
        if given["fieldtype"] in ("A", "AAAA"):
            try:
                (IPv4Address if given["fieldtype"] == "A" else IPv6Address)(given["target"])
            except AddressValueError:
                raise Refusal(f"{given['target']!r} is no address", source="OVHcloud's API answers 400") from None
        if 0 < (given.get("ttl") or 0) < 60:
            raise Refusal("a ttl is 0 or 60 seconds and more", source="provider documentation, ttl")

    def made(self, asked: Asked, make: Made) -> Values:
        """A number."""
        return {"id": str(make.number("id", 5000000000, 5999999999))}


@data("ovh_domain_zone")
def _read(asked: Asked) -> Values:
    name = _zone(asked, asked.given["name"])
    return {
        "id": name,
        "dnssec_supported": True,
        "has_dns_anycast": False,
        "last_update": TIME,
        "name_servers": ["dns200.anycast.me", "ns200.anycast.me"],
        "urn": f"urn:v1:eu:resource:dnsZone:{name}",
    }
