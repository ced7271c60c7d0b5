"""The keys stack of an environment: its key store, and the identities of machines."""

from __future__ import annotations

from andamio.cdktf import Construct, TerraformLocal
from andamio.cloud.identity import KeyStoreReader, MachineClient
from andamio.cloud.key_store import KeyStore
from andamio.cloud.links_gitops import key_store_token_link
from andamio.cloud.pipeline import PipelineIdentities
from andamio.cloud.rights import DNS_RECORDS, Grant, dns_zone_urn
from andamio.cloud.secret import CopiedSecret, WrittenSecret
from andamio.cloud.stack import CloudStack, Condition
from andamio.contract.outputs import PLACEHOLDER
from andamio.contract.secrets import dns_link, registry_pull_link
from andamio.contract.stacks import Stack
from infra.views.keys import KeysView, keys_view

__all__ = ["KeysStack", "KeysView", "keys_view"]


class KeysStack(CloudStack):
    """The key store, who reads it, what is copied into it, who edits the DNS zone, and who runs Terraform.

    It gives rights, so a person applies it; the pipelines that it makes may not.
    """

    def __init__(self, scope: Construct, name: str, view: KeysView) -> None:
        super().__init__(scope, name, kind=Stack.KEYS, place=view.place)
        store = KeyStore(self, "key-store", stack=self, region=view.region)
        reader = KeyStoreReader(self, "reader", stack=self, email=view.contact, store_urn=store.urn)
        WrittenSecret(self, "token", key_store_id=store.id, link=key_store_token_link(), values={"token": reader.token})
        CopiedSecret(
            self,
            "registry-pull",
            stack=self,
            origin=view.shared_key_store,
            store=store.id,
            link=registry_pull_link(),
            require=(self._shared_is_deployed(view.shared_key_store),),
        )
        dns = MachineClient(
            self,
            "dns",
            stack=self,
            name="dns",
            purpose="Edits the records of the environment's DNS zone",
            grants=[Grant(name="zone", on=dns_zone_urn(view.zone), allow=DNS_RECORDS)],
        )
        WrittenSecret(
            self,
            "dns-secret",
            key_store_id=store.id,
            link=dns_link(),
            values={"client_id": dns.client_id, "client_secret": dns.client_secret},
        )
        PipelineIdentities(self, "pipelines", stack=self, store_id=store.id, store_urn=store.urn)
        self.publish("key_store_id", store.id)
        self.publish("key_store_host", store.host)

    def _shared_is_deployed(self, store: str) -> Condition:
        local = self.address(TerraformLocal(self, "shared-key-store", store), "shared-key-store")
        return Condition(
            expression=f'${{local.{local.friendly_unique_id} != "{PLACEHOLDER}"}}',
            message="The shared key store is not deployed yet: apply the shared stacks, run `andamio outputs pull "
            "shared` and synthesize again.",
        )
