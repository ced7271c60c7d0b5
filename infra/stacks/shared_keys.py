"""The shared keys stack: the key store of what all environments share."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cdktf import Construct
from andamio.cloud.key_store import KeyStore
from andamio.cloud.place import Place, place
from andamio.cloud.stack import CloudStack
from andamio.contract.stacks import Stack
from andamio.model import Shared

__all__ = ["SharedKeysStack", "SharedKeysView", "shared_keys_view"]


@dataclass(frozen=True, kw_only=True)
class SharedKeysView:
    """What the shared keys stack is built from."""

    place: Place
    region: str


def shared_keys_view(shared: Shared) -> SharedKeysView:
    """The view of the shared keys stack."""
    return SharedKeysView(place=place(shared), region=shared.keys.region)


class SharedKeysStack(CloudStack):
    """The key store of the registry's accounts. No cluster reads it: environments copy what they need."""

    def __init__(self, scope: Construct, name: str, view: SharedKeysView) -> None:
        super().__init__(scope, name, kind=Stack.SHARED_KEYS, place=view.place)
        store = KeyStore(self, "key-store", stack=self, region=view.region)
        self.publish("key_store_id", store.id)
