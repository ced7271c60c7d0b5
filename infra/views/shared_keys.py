"""What the shared keys stack is built from."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.model import Shared

__all__ = ["SharedKeysView", "shared_keys_view"]


@dataclass(frozen=True, kw_only=True)
class SharedKeysView:
    """What the shared keys stack is built from."""

    place: Place
    region: str


def shared_keys_view(shared: Shared) -> SharedKeysView:
    """The view of the shared keys stack."""
    return SharedKeysView(place=place(shared), region=shared.keys.region)
