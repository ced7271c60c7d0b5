"""The network stack of an environment: private network, subnet, gateway."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.network import PrivateNetwork
from andamio.cloud.stack import CloudStack
from andamio.contract.stacks import Stack
from infra.views.network import NetworkView, network_view

__all__ = ["NetworkStack", "NetworkView", "network_view"]


class NetworkStack(CloudStack):
    """The private network that cluster and databases share, and its way out."""

    def __init__(self, scope: Construct, name: str, view: NetworkView) -> None:
        super().__init__(scope, name, kind=Stack.NETWORK, place=view.place)
        network = PrivateNetwork(self, "network", stack=self, cidr=view.nodes, vlan=view.vlan, gateway=view.gateway)
        self.publish("network_id", network.network_id)
        self.publish("subnet_id", network.subnet_id)
        self.publish("gateway_address", network.gateway_address)
