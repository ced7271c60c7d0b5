import pytest

from andamio.cloud.network import PrivateNetwork
from andamio.contract.stacks import Stack
from tests.cloud.small_stack import place, stack, synthesized


def network(durable: bool = False) -> dict:
    made = stack(Stack.NETWORK, at=place(durable=durable))
    one = PrivateNetwork(made, "network", stack=made, cidr="10.10.0.0/20", vlan=110, gateway="s")
    made.publish("network_id", one.network_id)
    made.publish("subnet_id", one.subnet_id)
    made.publish("gateway_address", one.gateway_address)
    return synthesized(made)


def test_the_subnet_gives_addresses_and_a_way_out() -> None:
    resources = network()["resource"]
    subnet = resources["ovh_cloud_project_network_private_subnet_v2"]["subnet"]
    assert subnet["dhcp"] is True
    assert subnet["enable_gateway_ip"] is True
    assert subnet["cidr"] == "10.10.0.0/20"
    gateway = resources["ovh_cloud_project_gateway"]["gateway"]
    assert gateway["model"] == "s"
    assert gateway["subnet_id"] == "${ovh_cloud_project_network_private_subnet_v2.subnet.id}"


def test_everything_hangs_on_the_network_of_the_environments_region() -> None:
    resources = network()["resource"]
    private = resources["ovh_cloud_project_network_private"]["network"]
    assert (private["regions"], private["vlan_id"]) == (["GRA11"], 110)
    ids = {
        resources[kind][label]["network_id"]
        for kind, label in (
            ("ovh_cloud_project_network_private_subnet_v2", "subnet"),
            ("ovh_cloud_project_gateway", "gateway"),
        )
    }
    assert ids == {network()["output"]["network_id"]["value"]}


def test_it_tells_ids_and_the_gateways_public_address(snapshot) -> None:
    assert {name: one["value"] for name, one in network()["output"].items()} == snapshot(name="outputs")


@pytest.mark.parametrize("durable", [False, True])
def test_where_data_matters_none_of_it_can_be_destroyed(durable) -> None:
    for labels in network(durable)["resource"].values():
        for resource in labels.values():
            assert resource.get("lifecycle", {}).get("prevent_destroy", False) is durable
