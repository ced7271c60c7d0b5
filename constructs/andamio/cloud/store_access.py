"""One service's place on a store: its cluster, its addresses there, and where its credentials go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from andamio.cdktf import Construct, TerraformElement
from andamio.cloud.data_addresses import Address, Role
from andamio.cloud.secret import WrittenSecret, texts
from andamio.contract.secrets import SecretLink
from andamio.model import Service

__all__ = ["StoreAccess"]

_Element = TypeVar("_Element", bound=TerraformElement)


@dataclass(frozen=True, kw_only=True)
class StoreAccess:
    """What every part of a service on a store is made with."""

    service: Service
    addresses: Mapping[Role, Address]
    """Terraform's addresses of all that the service has."""

    cluster: Address
    """The cluster, which is there already."""

    project: str
    """Public Cloud project."""

    key_store_id: str
    """The key store that takes the credentials."""

    @property
    def cluster_id(self) -> str:
        """The cluster's id, as a reference."""
        return self.cluster.reference("id")

    def addressed(self, element: _Element, role: Role) -> _Element:
        """Give `element` the address of its role, and return it."""
        element.override_logical_id(self.addresses[role].label)
        return element

    def write(self, scope: Construct, id_: str, *, role: Role, link: SecretLink, values: Mapping[str, str]) -> None:
        """Write a credential to the key store; `values` are Terraform expressions without `${}`."""
        WrittenSecret(
            scope,
            id_,
            label=self.addresses[role].label,
            link=link,
            key_store_id=self.key_store_id,
            values=texts(values),
        )
