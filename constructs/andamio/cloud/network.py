"""The private network of an environment: subnet, and the gateway through which everything leaves."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack, lifecycle
from cdktf_cdktf_provider_ovh.cloud_project_gateway import CloudProjectGateway
from cdktf_cdktf_provider_ovh.cloud_project_network_private import CloudProjectNetworkPrivate
from cdktf_cdktf_provider_ovh.cloud_project_network_private_subnet_v2 import CloudProjectNetworkPrivateSubnetV2

__all__ = ["PrivateNetwork"]


class PrivateNetwork(Construct):
    """One network with one subnet and one gateway, in the environment's region.

    The cloud controller of the cluster finds network and subnet by name, so neither is ever renamed. DHCP is on:
    nodes need it. Where data matters Terraform refuses to destroy any of it: databases and cluster hang on it.

    Args:
        cidr: Range of the subnet.
        vlan: VLAN in the vRack; 0 for untagged.
        gateway: Size of the gateway, such as `s`.
    """

    def __init__(self, scope: Construct, id_: str, *, stack: CloudStack, cidr: str, vlan: int, gateway: str) -> None:
        super().__init__(scope, id_)
        place = stack.place
        kept = lifecycle(protect=place.durable)
        network = stack.address(
            CloudProjectNetworkPrivate(
                self,
                "network",
                service_name=place.project,
                name=place.prefix,
                regions=[place.region],
                vlan_id=vlan,
                lifecycle=kept,
            ),
            "network",
        )
        self.network_id: str = network.regions_attributes.get(0).openstackid
        """OpenStack id of the network in the region; what subnets, clusters and databases name."""

        subnet = stack.address(
            CloudProjectNetworkPrivateSubnetV2(
                self,
                "subnet",
                service_name=place.project,
                region=place.region,
                network_id=self.network_id,
                name=place.prefix,
                cidr=cidr,
                dhcp=True,
                enable_gateway_ip=True,
                lifecycle=kept,
            ),
            "subnet",
        )
        self.subnet_id: str = subnet.id

        gate = stack.address(
            CloudProjectGateway(
                self,
                "gateway",
                service_name=place.project,
                region=place.region,
                name=place.prefix,
                model=gateway,
                network_id=self.network_id,
                subnet_id=subnet.id,
                lifecycle=kept,
            ),
            "gateway",
        )
        self.gateway_address: str = gate.external_information.get(0).ips.get(0).ip
        """Its public IPv4 address."""
