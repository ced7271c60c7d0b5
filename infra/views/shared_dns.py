"""What the shared DNS stack is built from."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.contract.platform import Platform
from andamio.model import Domain

__all__ = ["SharedDnsView", "shared_dns_view"]


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
