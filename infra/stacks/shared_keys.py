"""The shared keys stack: the key store of what all environments share."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.key_store import KeyStore
from andamio.cloud.stack import CloudStack
from andamio.contract.stacks import Stack
from infra.views.shared_keys import SharedKeysView, shared_keys_view

__all__ = ["SharedKeysStack", "SharedKeysView", "shared_keys_view"]


class SharedKeysStack(CloudStack):
    """The key store of the registry's accounts. No cluster reads it: environments copy what they need."""

    def __init__(self, scope: Construct, name: str, view: SharedKeysView) -> None:
        super().__init__(scope, name, kind=Stack.SHARED_KEYS, place=view.place)
        store = KeyStore(self, "key-store", stack=self, region=view.region)
        self.publish("key_store_id", store.id)
