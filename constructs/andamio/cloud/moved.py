"""What Terraform is told of resources that change their address or leave its care."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jsii

from andamio.cdktf import Construct, TerraformElement
from andamio.cloud.data_addresses import Address

__all__ = ["Moved", "Removed"]


class Moved(TerraformElement):
    """`moved` blocks: the resources of a service that was renamed keep their place, under a new address."""

    def __init__(self, scope: Construct, id_: str, *, addresses: Iterable[tuple[Address, Address]]) -> None:
        super().__init__(scope, id_)
        self._blocks = [{"from": str(old), "to": str(new)} for old, new in addresses]

    @jsii.member(jsii_name="toTerraform")
    def to_terraform(self) -> dict[str, Any]:
        """The blocks as Terraform's JSON."""
        return {"moved": self._blocks} if self._blocks else {}


class Removed(TerraformElement):
    """`removed` blocks: Terraform forgets the resources and destroys none (Terraform 1.7 or later)."""

    def __init__(self, scope: Construct, id_: str, *, addresses: Iterable[Address]) -> None:
        super().__init__(scope, id_)
        self._blocks = [{"from": str(address), "lifecycle": {"destroy": False}} for address in addresses]

    @jsii.member(jsii_name="toTerraform")
    def to_terraform(self) -> dict[str, Any]:
        """The blocks as Terraform's JSON."""
        return {"removed": self._blocks} if self._blocks else {}
