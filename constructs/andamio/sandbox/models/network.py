"""Private networks, subnets and gateways."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from typing import Any

from andamio.knowledge.ovh import regions
from andamio.sandbox.cloud.made import Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Cloud, Use
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, model, reference

__all__ = ["GATEWAY", "NETWORK", "SUBNET", "known_region", "network_of", "subnet_of"]

NETWORK, SUBNET, GATEWAY = (
    "ovh_cloud_project_network_private",
    "ovh_cloud_project_network_private_subnet_v2",
    "ovh_cloud_project_gateway",
)
_V1 = "ovh_cloud_project_network_private_subnet"
_PORTS = "OpenStack's network API refuses to delete a network or subnet with ports in use (409)"


def known_region(name: Any) -> regions.Region:
    """The region of that name; raises `Refusal` for one that OVHcloud was not seen to have."""
    found = regions.region(str(name))
    if found is None:
        near = regions.nearest_region(str(name))
        hint = f'; the nearest name is "{near}"' if near else ""
        raise Refusal(
            f'there is no region "{name}"{hint}', source="regions seen in use (andamio.knowledge.ovh.regions)"
        )
    return found


def network_of(cloud: Cloud, project: Any, openstack_id: Any, region: str | None) -> tuple[str, Values]:
    """Id and state of the network of a project that has this OpenStack id in a region (None: in any).

    Raises:
        Refusal: when there is none.
    """
    for thing in cloud.find(NETWORK, service_name=project):
        for place in thing.body["regions_attributes"]:
            if place["openstackid"] == openstack_id and region in (None, place["region"]):
                return thing.id, thing.body
    where = f" in {region}" if region else ""
    raise Refusal(
        f'project {project} has no private network with the OpenStack id "{openstack_id}"{where}',
        source="provider documentation: a network is named by its OpenStack id in the region (regions_attributes)",
    )


def subnet_of(cloud: Cloud, project: Any, id_: Any, network: Any) -> Values:
    """The subnet of that id on a network, by its OpenStack id.

    Raises:
        Refusal: when there is none.
    """
    found = cloud.get(SUBNET, str(id_))
    if found is None or found["service_name"] != project or found["network_id"] != network:
        raise Refusal(f'network "{network}" has no subnet "{id_}"', source="OVHcloud's API answers 404")
    return found


@model(NETWORK)
class Network(Model):
    """A network of a project, in one or more regions."""

    empty = frozenset()

    def check(self, asked: Asked) -> None:
        """Regions exist, and a VLAN is one."""
        for region in asked.given.get("regions") or ():
            known_region(region)
        if not 0 <= (asked.given.get("vlan_id") or 0) <= 4000:
            raise Refusal("a VLAN has a number from 0 to 4000", source="provider documentation, vlan_id")

    def made(self, asked: Asked, make: Made) -> Values:
        """Ids: `pn-…` of the network, and one of OpenStack for each region."""
        places = asked.given.get("regions") or ["GRA11"]
        ids = {region: make.uuid(region) for region in places}
        return {
            "id": f"pn-{make.number('vrack', 100000, 1999999)}_{asked.given.get('vlan_id') or 0}",
            "regions": places,
            "regions_attributes": [{"region": r, "openstackid": i, "status": "ACTIVE"} for r, i in ids.items()],
            "regions_openstack_ids": ids,
            "regions_status": [{"region": region, "status": "ACTIVE"} for region in ids],
            "status": "ACTIVE",
            "type": "private",
        }


def _range(text: Any) -> IPv4Network:
    try:
        found = ip_network(str(text))
    except ValueError as error:
        raise Refusal(f"{text!r} is no IPv4 range ({error})", source="the provider validates it") from None
    if not isinstance(found, IPv4Network):
        raise Refusal(f"{text!r} is no IPv4 range", source="provider documentation, cidr")
    return found


@model(SUBNET)
class Subnet(Model):
    """A subnet of a network in one region."""

    def check(self, asked: Asked) -> None:
        """Its network is there and no other subnet of it overlaps."""
        given = asked.given
        known_region(given["region"])
        network_of(asked.cloud, given["service_name"], given["network_id"], given["region"])
        own = _range(given["cidr"])
        for other in asked.cloud.find(SUBNET, network_id=given["network_id"]):
            if own.overlaps(_range(other.body["cidr"])):
                raise Refusal(
                    f"{own} overlaps {other.body['cidr']} on the same network",
                    source="OpenStack's network API refuses overlapping subnets of a network",
                )

    def made(self, asked: Asked, make: Made) -> Values:
        """The first address is the gateway's."""
        first = next(_range(asked.given["cidr"]).hosts())
        gateway = str(first) if asked.given.get("enable_gateway_ip") is not False else None
        return {"id": make.uuid(), "gateway_ip": gateway, "dns_nameservers": []}

    def uses(self, asked: Asked) -> list[Use]:
        """Its network."""
        network, _ = network_of(asked.cloud, asked.given["service_name"], asked.given["network_id"], None)
        return [Use(kind=NETWORK, id=network)]

    imports = ("service_name", "region", "network_id", "id")


@model(_V1)
class OldSubnet(Model):
    """A subnet of the older kind, which names its network by its own id."""

    lies_in = (("network_id", NETWORK),)

    def made(self, asked: Asked, make: Made) -> Values:
        """One pool of addresses."""
        given = asked.given
        pool = {name: given.get(name) for name in ("dhcp", "end", "network", "region", "start")}
        gateway = None if given.get("no_gateway") else str(next(_range(given["network"]).hosts()))
        return {"id": make.uuid(), "cidr": given["network"], "gateway_ip": gateway, "ip_pools": [pool]}

    imports = ("service_name", "network_id", "id")


@model(GATEWAY)
class Gateway(Model):
    """A gateway on a subnet, with a public address."""

    def check(self, asked: Asked) -> None:
        """Network and subnet are there, and the subnet has an address for the gateway."""
        given = asked.given
        network_of(asked.cloud, given["service_name"], given["network_id"], given["region"])
        subnet = subnet_of(asked.cloud, given["service_name"], given["subnet_id"], given["network_id"])
        if not subnet.get("gateway_ip"):
            raise Refusal(
                "a gateway needs a subnet with a gateway address (enable_gateway_ip)",
                source="guide on gateways; tried with the real provider against a stand-in",
            )

    def made(self, asked: Asked, make: Made) -> Values:
        """A public address, and one inside."""
        given = asked.given
        subnet = reference(asked, SUBNET, given["subnet_id"], what="subnet")
        outside = {"ip": make.address(), "subnet_id": make.uuid("public-subnet")}
        inside = {"id": make.uuid("port"), "ip": subnet["gateway_ip"]}
        return {
            "id": make.uuid(),
            "status": "active",
            "external_information": [{"network_id": make.uuid("public-network"), "ips": [outside]}],
            "interfaces": [{**inside, "network_id": given["network_id"], "subnet_id": given["subnet_id"]}],
        }

    def uses(self, asked: Asked) -> list[Use]:
        """Its subnet and network, which cannot go before it."""
        network, _ = network_of(asked.cloud, asked.given["service_name"], asked.given["network_id"], None)
        subnet = str(asked.given["subnet_id"])
        return [
            Use(kind=NETWORK, id=network, holds=True, why=_PORTS),
            Use(kind=SUBNET, id=subnet, holds=True, why=_PORTS),
        ]

    imports = ("service_name", "region", "id")
