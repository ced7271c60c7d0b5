"""What the keys stack of an environment is built from."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.contract.platform import EnvironmentView

__all__ = ["KeysView", "keys_view"]


@dataclass(frozen=True, kw_only=True)
class KeysView:
    """What the keys stack is built from."""

    place: Place
    region: str
    """Region of the key store."""

    zone: str
    """The DNS zone that the environment may edit."""

    contact: str
    """E-mail address of the platform."""

    shared_key_store: str
    """Id of the shared key store; a placeholder until that is deployed."""


def keys_view(view: EnvironmentView) -> KeysView:
    """The view of an environment's keys stack."""
    return KeysView(
        place=place(view.shared, view.environment),
        region=view.environment.keys.region,
        zone=view.environment.domain.zone,
        contact=view.shared.contact,
        shared_key_store=view.shared_outputs.key_store_id,
    )
