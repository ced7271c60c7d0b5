"""In the reference catalog everybody reaches exactly what the catalog declares, and a changed policy is noticed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from andamio.contract.views import store_ports
from andamio.testing import Pod, PortSet, Reach, Synthesized
from tests.testing.objects_by_hand import network_policy

ENVIRONMENTS = ("dev", "staging", "production")
GATEWAY = "gateway/public"
NONE = PortSet()
DNS = PortSet.of(53, protocols=("TCP", "UDP"))

STRANGER = Pod(name="stranger", namespace="elsewhere", labels={"app": "stranger"})
"""A pod that no policy isolates, so that whatever one end opens shows."""

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


# Changes of policies


def picture(objects: list[dict[str, Any]]) -> dict[tuple[str, ...], object]:
    """All that policies say: each end of each pair, and what each pod may call outside."""
    reach = Reach(objects, pods=[STRANGER])
    ends = {str(pod): pod for pod in reach.pods} | {name: reach.party(name) for name in OUTSIDERS}
    ways = {
        (one, way, other): reach.egress(a, b) if way == "to" else reach.ingress(a, b)
        for one, a in ends.items()
        for other, b in ends.items()
        for way in ("to", "from")
        if isinstance(a, Pod)
    }
    return {**ways, **{(name, "outside"): reach.outside(pod) for name, pod in ends.items() if isinstance(pod, Pod)}}


@pytest.fixture(scope="module")
def objects(shop: Synthesized) -> list[dict[str, Any]]:
    return [body for body in shop.environment("dev").all() if "Policy" in body["kind"] or body["kind"] in KINDS]


KINDS = {"CronJob", "Deployment", "Gateway", "Job", "Namespace"}


def rules_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [rule for direction in ("ingress", "egress") for rule in body["spec"].get(direction) or ()]


def policies(objects: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((i, body) for i, body in enumerate(objects) if body["kind"].endswith("NetworkPolicy"))


def name_of(body: dict[str, Any]) -> str:
    return f"{body['kind']} {body['metadata']['namespace']}/{body['metadata']['name']}"


def test_a_policy_that_is_missing_is_noticed(objects) -> None:
    before = picture(objects)
    unnoticed = [
        name_of(body)
        for i, body in policies(objects)
        if rules_of(body) and picture(objects[:i] + objects[i + 1 :]) == before
    ]
    assert unnoticed == []


def test_a_namespace_that_nothing_closes_any_more_is_noticed(objects) -> None:
    before = picture(objects)
    closing = {
        body["metadata"]["namespace"]: picture(objects[:i] + objects[i + 1 :])
        for i, body in policies(objects)
        if body["metadata"]["name"] == "deny-all" and body["metadata"]["namespace"] == "notifications"
    }
    opened = {way for way in before if before[way] != closing["notifications"][way]}
    assert ("notifications", "from", "elsewhere/stranger") in opened
    assert {name for name, way, _ in opened} == {"notifications"}
    assert {way for _, way, _ in opened} == {"from"}, "another policy still isolates its egress"


def without_ports(rule: dict[str, Any]) -> dict[str, Any] | None:
    kept = {key: value for key, value in rule.items() if key not in {"ports", "toPorts"}}
    return kept if kept != rule else None


def without_peers(rule: dict[str, Any]) -> dict[str, Any] | None:
    kept = {key: value for key, value in rule.items() if key in {"ports", "toPorts"}}
    return kept if kept and kept != rule else None


@pytest.mark.parametrize("widen", [without_ports, without_peers])
def test_a_policy_that_is_wider_is_noticed(objects, widen) -> None:
    before = picture(objects)
    unnoticed, changes = [], 0
    for i, body in policies(objects):
        changed = copy.deepcopy(body)
        for direction in ("ingress", "egress"):
            for at, rule in enumerate(changed["spec"].get(direction) or ()):
                wider = widen(rule)
                if wider is not None:
                    changed["spec"][direction][at] = wider
        if changed == body:
            continue
        changes += 1
        if picture([*objects[:i], changed, *objects[i + 1 :]]) == before:
            unnoticed.append(name_of(body))
    assert unnoticed == []
    assert changes > 50


def test_a_policy_that_is_added_is_noticed(objects) -> None:
    before = picture(objects)
    added = network_policy("orders", name="debug", ingress=[{"from": [{"namespaceSelector": {}}]}])
    after = picture([*objects, added])
    changed = {way for way in before if before[way] != after[way]}
    assert {(name, way) for name, way, _ in changed} == {("orders", "from"), ("orders/orders-migration", "from")}
    assert ("orders", "from", "elsewhere/stranger") in changed
    with pytest.raises(AssertionError, match="is let through by NetworkPolicy orders/debug"):
        Reach([*objects, added], pods=[STRANGER]).assert_cannot_reach("elsewhere/stranger", "orders")
