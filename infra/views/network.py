"""What the network stack of an environment is built from."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.contract.platform import EnvironmentView

__all__ = ["NetworkView", "network_view"]


@dataclass(frozen=True, kw_only=True)
class NetworkView:
    """What the network stack is built from."""

    place: Place
    nodes: str
    """Range of the subnet."""

    vlan: int
    gateway: str


def network_view(view: EnvironmentView) -> NetworkView:
    """The view of an environment's network stack."""
    network = view.environment.network
    return NetworkView(
        place=place(view.shared, view.environment), nodes=network.nodes, vlan=network.vlan, gateway=network.gateway
    )
