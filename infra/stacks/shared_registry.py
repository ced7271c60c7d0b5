"""The shared registry stack: the registry and its administrator."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.registry import ImageRegistry
from andamio.cloud.secret import WrittenSecret
from andamio.cloud.stack import CloudStack
from andamio.contract.secrets import registry_admin_link
from andamio.contract.stacks import Stack
from infra.views.shared_registry import SharedRegistryView, shared_registry_view

__all__ = ["SharedRegistryStack", "SharedRegistryView", "shared_registry_view"]


class SharedRegistryStack(CloudStack):
    """The registry. What lies in it is a stack of its own, since that one needs this one's address."""

    def __init__(self, scope: Construct, name: str, view: SharedRegistryView) -> None:
        super().__init__(scope, name, kind=Stack.SHARED_REGISTRY, place=view.place)
        registry = ImageRegistry(self, "registry", stack=self, region=view.region, plan=view.plan, email=view.contact)
        WrittenSecret(
            self,
            "administrator",
            key_store_id=self.remote(Stack.SHARED_KEYS, "key_store_id"),
            link=registry_admin_link(),
            values={"username": registry.username, "password": registry.password},
        )
        self.publish("registry_host", registry.host)
