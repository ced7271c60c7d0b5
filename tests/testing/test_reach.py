"""In the reference catalog everybody reaches exactly what the catalog declares."""

from __future__ import annotations

import pytest

from andamio.contract.views import store_ports
from andamio.testing import PortSet, Reach, Synthesized
from tests.testing.objects_by_hand import STRANGER

ENVIRONMENTS = ("dev", "staging", "production")
GATEWAY = "gateway/public"
NONE = PortSet()
DNS = PortSet.of(53, protocols=("TCP", "UDP"))

OUTSIDERS = ("world", "kube-apiserver", "remote-node", "198.51.100.7", "10.10.0.9")


@pytest.fixture(params=ENVIRONMENTS)
def environment(request) -> str:
    return request.param


@pytest.fixture
def view(shop: Synthesized, environment):
    return shop.platform.views[environment]


@pytest.fixture
def reach(shop: Synthesized, environment) -> Reach:
    return shop.environment(environment).reach(pods=[STRANGER])


def test_services_reach_exactly_the_services_that_they_call(view, reach: Reach) -> None:
    names = [service.name for service in view.services]
    found = {(a, b): reach.ports(a, b) for a in names for b in names}
    declared = {
        (a.name, b.name): PortSet.of(b.http.port) if b.http and b.name in a.calls else NONE
        for a in view.services
        for b in view.services
    }
    assert found == declared
    assert any(found.values()), "somebody calls somebody"
    assert {(a, b): reach.egress(a, b) for a, b in declared} == declared, "by the caller's policies alone"
    assert {(a, b): reach.ingress(b, a) for a, b in declared} == declared, "by the callee's policies alone"


def test_the_gateway_reaches_exactly_the_services_with_routes(view, reach: Reach) -> None:
    found = {service.name: reach.ports(GATEWAY, service.name) for service in view.services}
    assert found == {
        service.name: PortSet.of(service.http.port) if service.http and service.routes else NONE
        for service in view.services
    }
    assert found == {service.name: reach.ingress(service.name, GATEWAY) for service in view.services}


def test_nobody_else_reaches_a_service(view, reach: Reach) -> None:
    services = {service.name for service in view.services}
    others = [pod for pod in reach.pods if str(pod) not in {*services, GATEWAY}]
    assert {"elsewhere/stranger", "kube-system/kube-dns", "istio-system/istiod"} <= {str(pod) for pod in others}
    intruders = {
        (str(caller), service): str(ports)
        for caller in (*others, *OUTSIDERS)
        for service in services
        if (ports := reach.ports(caller, service))
    }
    assert intruders == {}


def test_a_service_reaches_no_pods_but_its_callees_and_the_name_server(view, reach: Reach) -> None:
    for service in view.services:
        assert reach.callees(service.name) - {"kube-system/kube-dns"} == set(service.calls)
        assert reach.ports(service.name, "kube-system/kube-dns") == DNS


def test_a_service_reaches_outside_exactly_its_stores_and_hosts(view, reach: Reach) -> None:
    subnet = view.environment.network.nodes
    for service in view.services:
        stores = []
        if service.database:
            stores.append(view.database_cluster_of(service).name)
        if service.cache:
            stores.append("valkey")
        if service.publishes or service.subscribes:
            stores.append("kafka")
        declared = {(subnet, port, "TCP") for store in stores for port in store_ports(view, store)}
        declared |= {(host.host, host.port, "TCP") for host in service.egress}
        assert reach.outside(service.name) == declared, service.name


def test_a_migration_reaches_the_database_of_its_service_and_nothing_else(view, reach: Reach) -> None:
    migrations = {service.name: service for service in view.services if service.migration}
    assert migrations
    for name, service in migrations.items():
        ports = store_ports(view, view.database_cluster_of(service).name)
        pod = f"{name}/{name}-migration"
        assert reach.outside(pod) == {(view.environment.network.nodes, port, "TCP") for port in ports}
        assert reach.callees(pod) == {"kube-system/kube-dns"}
        assert reach.callers(pod) == set()


def test_the_world_reaches_the_gateway_and_nothing_else(reach: Reach) -> None:
    isolated = [pod for pod in reach.pods if pod.namespace not in {"kube-system", "elsewhere"}]
    opened = {str(pod): str(ports) for pod in isolated if (ports := reach.ports("world", pod))}
    opened = {name: ports for name, ports in opened.items() if name != GATEWAY}
    assert str(reach.ports("world", GATEWAY)) == "TCP 80, TCP 443"
    assert opened == {}


def test_every_pod_of_ours_is_isolated_both_ways(reach: Reach) -> None:
    assert len(reach.pods) > 30
    for pod in reach.pods:
        if pod.namespace not in {"kube-system", "elsewhere"}:
            assert not reach.allows(pod, "elsewhere/stranger"), str(pod)
            assert not reach.allows("elsewhere/stranger", pod), str(pod)


def test_a_service_without_a_release_is_known_by_its_policies(shop: Synthesized) -> None:
    view = shop.platform.views["dev"]
    waiting = [service.name for service in view.services if view.image(service.name) is None]
    assert waiting, "one service is not released everywhere, on purpose"
    reach = shop.environment("dev").reach()
    for name in waiting:
        assert str(reach.party(name)) == name
