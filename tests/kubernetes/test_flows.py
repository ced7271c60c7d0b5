from typing import Any

import pytest

from andamio.contract.platform import Platform
from andamio.kubernetes.flows import (
    ApiServer,
    Component,
    Dns,
    Flow,
    FromApiServer,
    FromPods,
    FromWorld,
    ToHost,
    ToPods,
    policies,
)
from andamio.kubernetes.manifest import Manifest
from andamio.model import Environment
from andamio.testing.schema import violations

FLOWS: tuple[Flow, ...] = (
    Dns(),
    ApiServer(),
    FromApiServer(port=10250),
    FromWorld(ports=(80, 443)),
    ToHost(host="eu.api.ovh.com"),
    ToHost(host="*.ovh.net", port=53, protocol="UDP"),
    ToPods(namespace="argocd", ports=(8080,)),
    FromPods(labels={"app": "client"}, ports=(6379,)),
)


def _on(plan: str, environment: Environment) -> Environment:
    cluster = environment.cluster.model_copy(update={"plan": plan})
    return environment.model_copy(update={"cluster": cluster})


def _made(environment: Environment, *flows: Flow) -> dict[str, dict[str, Any]]:
    component = Component(name="part", labels={"app": "part"}, flows=flows)
    found = policies(namespace="place", components=(component,), environment=environment)
    return {manifest.kind: manifest.body["spec"] for manifest in found}


@pytest.fixture
def standard(tienda: Platform) -> Environment:
    return _on("standard", tienda.environments[0])


@pytest.fixture
def free(tienda: Platform) -> Environment:
    return _on("free", tienda.environments[0])


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: type(flow).__name__)
@pytest.mark.parametrize("plan", ["standard", "free"])
def test_every_kind_of_flow_opens_something_on_every_plan(tienda: Platform, flow: Flow, plan: str) -> None:
    specs = _made(_on(plan, tienda.environments[0]), flow).values()
    opened = [rule for spec in specs for direction in ("ingress", "egress") for rule in spec.get(direction, ())]
    assert len(opened) == 1


@pytest.mark.parametrize("plan", ["standard", "free"])
def test_policies_are_valid_objects(tienda: Platform, plan: str) -> None:
    component = Component(name="part", labels={"app": "part"}, flows=FLOWS)
    made = policies(namespace="place", components=(component,), environment=_on(plan, tienda.environments[0]))
    assert [violations(manifest.body) for manifest in made] == [[]] * len(made)


def test_the_standard_plan_knows_the_api_server_and_outside_hosts_by_name(standard: Environment) -> None:
    spec = _made(standard, ApiServer(), ToHost(host="eu.api.ovh.com"), FromApiServer(port=10250))
    egress = spec["CiliumNetworkPolicy"]["egress"]
    assert {"toEntities": ["kube-apiserver"]} in egress
    assert [rule["toFQDNs"] for rule in egress if "toFQDNs" in rule] == [[{"matchName": "eu.api.ovh.com"}]]
    assert "kube-apiserver" in spec["CiliumNetworkPolicy"]["ingress"][0]["fromEntities"]
    assert "NetworkPolicy" not in spec


def test_names_can_only_be_opened_where_lookups_are_watched(standard: Environment) -> None:
    """Cilium takes addresses of names from the answers that a DNS rule lets it see."""
    spec = _made(standard, Dns(), ToHost(host="eu.api.ovh.com"))["CiliumNetworkPolicy"]
    lookups = [ports for rule in spec["egress"] for ports in rule["toPorts"] if ports["ports"][0]["port"] == "53"]
    assert lookups
    assert all(ports["rules"] == {"dns": [{"matchPattern": "*"}]} for ports in lookups)


def test_the_free_plan_has_no_objects_of_cilium_and_no_outside_host_at_a_private_address(free: Environment) -> None:
    specs = _made(free, *FLOWS)
    assert set(specs) == {"NetworkPolicy"}
    hosts = [rule for rule in specs["NetworkPolicy"]["egress"] if "except" in rule["to"][0].get("ipBlock", {})]
    assert len(hosts) == 2
    assert all("10.0.0.0/8" in rule["to"][0]["ipBlock"]["except"] for rule in hosts)


def test_a_direction_without_a_rule_is_not_opened(standard: Environment) -> None:
    spec = _made(standard, FromPods(ports=(6379,)))["NetworkPolicy"]
    assert spec["policyTypes"] == ["Ingress"]
    assert spec["ingress"] == [{"from": [{"podSelector": {}}], "ports": [{"port": 6379, "protocol": "TCP"}]}]


def test_the_way_to_the_api_server_is_opened_before_anything_is_closed(standard: Environment) -> None:
    """Regression: Argo CD applies its own policies through the API server and must not cut itself off."""
    component = Component(name="part", labels={}, flows=FLOWS)
    made = policies(namespace="place", components=(component,), environment=standard)

    def wave(kind: str) -> int:
        (found,) = [m.body["metadata"]["annotations"] for m in made if m.kind == kind]
        return int(found["argocd.argoproj.io/sync-wave"])

    assert wave("CiliumNetworkPolicy") < wave("NetworkPolicy")


def test_two_components_of_one_name_are_an_error(standard: Environment) -> None:
    part = Component(name="part", labels={}, flows=(Dns(),))
    with pytest.raises(ValueError, match="two components of namespace place are called part"):
        policies(namespace="place", components=(part, part), environment=standard)


def test_a_flow_that_is_declared_twice_is_one_rule(standard: Environment) -> None:
    made: tuple[Manifest, ...] = policies(
        namespace="place",
        components=(Component(name="part", labels={}, flows=(Dns(), Dns())),),
        environment=standard,
    )
    assert len(made[0].body["spec"]["egress"]) == 1
