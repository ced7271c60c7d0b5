"""What the shared registry stack is built from."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.model import Shared

__all__ = ["SharedRegistryView", "shared_registry_view"]


@dataclass(frozen=True, kw_only=True)
class SharedRegistryView:
    """What the shared registry stack is built from."""

    place: Place
    region: str
    plan: str
    contact: str
    """E-mail address of the administrator."""


def shared_registry_view(shared: Shared) -> SharedRegistryView:
    """The view of the shared registry stack."""
    registry = shared.registry
    return SharedRegistryView(place=place(shared), region=registry.region, plan=registry.plan, contact=shared.contact)
