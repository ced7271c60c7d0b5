"""The network stack of an environment: private network, subnet, gateway."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cdktf import Construct
from andamio.cloud.network import PrivateNetwork
from andamio.cloud.place import Place, place
from andamio.cloud.stack import CloudStack
from andamio.contract.platform import EnvironmentView
from andamio.contract.stacks import Stack

__all__ = ["NetworkStack", "NetworkView", "network_view"]


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


class NetworkStack(CloudStack):
    """The private network that cluster and databases share, and its way out."""

    def __init__(self, scope: Construct, name: str, view: NetworkView) -> None:
        super().__init__(scope, name, kind=Stack.NETWORK, place=view.place)
        network = PrivateNetwork(self, "network", stack=self, cidr=view.nodes, vlan=view.vlan, gateway=view.gateway)
        self.publish("network_id", network.network_id)
        self.publish("subnet_id", network.subnet_id)
        self.publish("gateway_address", network.gateway_address)
