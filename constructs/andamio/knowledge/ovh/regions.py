"""OVHcloud's regions and what each is called in each product.

Sources: object storage guide "Endpoints and Object Storage geoavailability" (February 2026), managed Kubernetes
guide "Plans" (February 2026), databases guides "Capabilities and Limitations" of PostgreSQL and Valkey.
A Public Cloud region such as `GRA11` is a part of a site; object storage and databases are named
after the site, `GRA`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from andamio.knowledge.nearest import nearest


class RegionKind(StrEnum):
    """How many availability zones a region has."""

    ONE_ZONE = "one-zone"
    THREE_ZONE = "three-zone"


@dataclass(frozen=True, kw_only=True)
class Region:
    """One Public Cloud region."""

    name: str
    """The name by which clusters, networks and gateways take it, such as `GRA11`."""

    kind: RegionKind
    storage: str | None
    """Object storage region as the provider writes it, such as `GRA`. None: there is none."""

    database: str | None
    """Region of managed databases, such as `GRA`. None: they are not offered there."""

    zones: tuple[str, ...] = ()
    """Availability zones as node pools take them. Empty in a one-zone region, where none is given."""

    @property
    def three_zone(self) -> bool:
        """Whether a node pool must name exactly one zone here."""
        return self.kind is RegionKind.THREE_ZONE


def _one(name: str, site: str, *, storage: bool = True, database: bool = True) -> Region:
    return Region(
        name=name,
        kind=RegionKind.ONE_ZONE,
        storage=site if storage else None,
        database=site if database else None,
    )


def _three(name: str) -> Region:
    return Region(
        name=name,
        kind=RegionKind.THREE_ZONE,
        storage=name,
        database=name,
        zones=tuple(f"{name.lower()}-{letter}" for letter in "abc"),
    )


REGIONS: Final[tuple[Region, ...]] = (
    _one("BHS5", "BHS"),
    _one("DE1", "DE"),
    _three("EU-SOUTH-MIL"),
    _three("EU-WEST-PAR"),
    _one("GRA5", "GRA"),
    _one("GRA7", "GRA"),
    _one("GRA9", "GRA"),
    _one("GRA11", "GRA"),
    _one("RBX-A", "RBX", database=False),
    _one("SBG5", "SBG"),
    _one("SBG7", "SBG"),
    _one("SGP1", "SGP"),
    _one("UK1", "UK"),
    _one("WAW1", "WAW"),
)
"""Regions with managed Kubernetes, as far as they were seen in use: no page that lists them all was at
hand, so an unknown name deserves a warning rather than an error. The zones of Paris are documented;
those of Milan are inferred from the same pattern, and so is the name of its databases' region."""


def region(name: str) -> Region | None:
    """Return the Public Cloud region of that name, or None where it is not known."""
    return next((known for known in REGIONS if known.name == name), None)


def nearest_region(name: str) -> str | None:
    """Return the name of the known region that is most like a mistyped one."""
    return nearest(name, (known.name for known in REGIONS))


STORAGE_REGIONS: Final[tuple[str, ...]] = (
    "AP-SOUTH-MUM",
    "AP-SOUTHEAST-SYD",
    "BHS",
    "CA-EAST-TOR",
    "DE",
    "EU-SOUTH-MIL",
    "EU-WEST-PAR",
    "GRA",
    "RBX",
    "SBG",
    "SGP",
    "UK",
    "WAW",
)
"""Object storage regions as the provider writes them."""


def storage_endpoint(storage_region: str) -> str:
    """Return the S3 endpoint of an object storage region, such as `https://s3.gra.io.cloud.ovh.net`."""
    return f"https://s3.{signing_region(storage_region)}.io.cloud.ovh.net"


def signing_region(storage_region: str) -> str:
    """Return the region that S3 signatures name: the same in lower case."""
    return storage_region.lower()


@dataclass(frozen=True, kw_only=True)
class KeyStoreRegion:
    """One region of the key management service."""

    name: str
    inferred: bool
    """Whether its name was only seen in use, not in OVHcloud's documentation."""


KEY_STORE_REGIONS: Final[tuple[KeyStoreRegion, ...]] = (
    KeyStoreRegion(name="eu-west-gra", inferred=True),
    KeyStoreRegion(name="eu-west-par", inferred=True),
    KeyStoreRegion(name="eu-west-rbx", inferred=False),
)
"""Regions of key stores. `eu-west-rbx` stands in the provider's documentation; a full list was not found."""


def key_store_host(key_store_region: str) -> str:
    """Return the host name of the key stores of a region.

    Source: guide "External Secret Operator" (January 2026), which builds it from the region.
    """
    return f"{key_store_region}.okms.ovh.net"
