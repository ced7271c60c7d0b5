"""The platform's own pods reach, and are reached by, exactly what each of them declares: all pairs, both ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from andamio.contract.views import context
from andamio.kubernetes.addons import ADDONS
from andamio.kubernetes.flows import (
    DNS_LABELS,
    ApiServer,
    Dns,
    Flow,
    FromApiServer,
    FromPods,
    FromWorld,
    ToHost,
    ToPods,
)
from andamio.testing import Pod, PortSet, Reach, Synthesized
from tests.testing.objects_by_hand import STRANGER

NONE = PortSet()
ALL = ("TCP", "UDP", "SCTP")
DNS = PortSet.of(53, protocols=ALL)
"""The policies that let Cilium watch the answers say `ANY`."""


class Declared:
    """What the add-ons of an environment say of their flows, without a policy in sight."""

    def __init__(self, shop: Synthesized, environment: str) -> None:
        self._context = context(shop.platform.views[environment])
        self._components = [
            (addon.namespace, component) for addon in ADDONS.values() for component in addon.components(self._context)
        ]

    @property
    def namespaces(self) -> set[str]:
        return {namespace for namespace, _ in self._components}

    def flows(self, pod: Pod) -> Iterator[Flow]:
        for namespace, component in self._components:
            if namespace == pod.namespace and component.labels.items() <= pod.labels.items():
                yield from component.flows

    def called(self, source: Pod, target: Pod) -> PortSet:
        """What the one says that it calls."""
        found = NONE
        for flow in self.flows(source):
            if isinstance(flow, ToPods) and not isinstance(flow, FromPods) and _means(flow, target, source):
                found |= _ports(flow.ports)
            if isinstance(flow, Dns) and _is_name_server(target):
                found |= DNS
        return found

    def taken(self, target: Pod, source: Pod) -> PortSet:
        """What the other says that it lets in."""
        found = NONE
        for flow in self.flows(target):
            if isinstance(flow, FromPods) and _means(flow, source, target):
                found |= _ports(flow.ports)
        return found

    def outside(self, pod: Pod) -> set[tuple[str, int | str, str]]:
        """Hosts that it calls, and the API server, whose port is not ours to say."""
        found: set[tuple[str, int | str, str]] = set()
        for flow in self.flows(pod):
            if isinstance(flow, ToHost):
                found.add((flow.host, flow.port, flow.protocol))
            if isinstance(flow, ApiServer):
                found.add(("kube-apiserver", "*", "*"))
        return found

    def from_outside(self, pod: Pod) -> dict[str, PortSet]:
        """Entity → the ports on which it comes in: a control plane calls webhooks, also as a node."""
        webhooks, world = NONE, NONE
        for flow in self.flows(pod):
            if isinstance(flow, FromApiServer):
                webhooks |= PortSet.of(flow.port)
            if isinstance(flow, FromWorld):
                world |= _ports(flow.ports)
        return {"kube-apiserver": webhooks | world, "remote-node": webhooks | world, "world": world}


def _ports(numbers: tuple[int, ...]) -> PortSet:
    found = NONE if numbers else PortSet.of(protocols=ALL)
    for number in numbers:
        found |= PortSet.of(number)
    return found


def _is_name_server(pod: Pod) -> bool:
    return pod.namespace == "kube-system" and DNS_LABELS.items() <= pod.labels.items()


def _means(flow: ToPods, pod: Pod, own: Pod) -> bool:
    """Whether a flow of the pod `own` is with `pod`."""
    if not flow.labels.items() <= pod.labels.items():
        return False
    if flow.namespace_labels:
        return flow.namespace_labels.items() <= pod.namespace_labels.items()
    return pod.namespace == (flow.namespace or own.namespace)


@pytest.fixture(params=("dev", "staging", "production"))
def environment(request) -> str:
    return request.param


@pytest.fixture
def declared(shop: Synthesized, environment) -> Declared:
    return Declared(shop, environment)


@pytest.fixture
def reach(shop: Synthesized, environment) -> Reach:
    return shop.environment(environment).reach(pods=[STRANGER])


@pytest.fixture
def ours(declared: Declared, reach: Reach) -> list[Pod]:
    return [pod for pod in reach.pods if pod.namespace in declared.namespaces]


def test_each_calls_what_it_declares_by_its_own_policies_alone(declared, reach, ours) -> None:
    found = {(str(a), str(b)): reach.egress(a, b) for a in ours for b in reach.pods if a is not b}
    wanted = {(str(a), str(b)): declared.called(a, b) for a in ours for b in reach.pods if a is not b}
    assert len(found) > 200
    assert {pair: str(ports) for pair, ports in found.items() if ports != wanted[pair]} == {}
    assert sum(map(bool, found.values())) > 10


def test_each_lets_in_whom_it_declares_by_its_own_policies_alone(declared, reach, ours) -> None:
    found = {(str(a), str(b)): reach.ingress(a, b) for a in ours for b in reach.pods if a is not b}
    wanted = {(str(a), str(b)): declared.taken(a, b) for a in ours for b in reach.pods if a is not b}
    assert {pair: str(ports) for pair, ports in found.items() if ports != wanted[pair]} == {}
    assert any(found.values())


def test_they_call_the_hosts_outside_that_they_declare_and_no_others(declared, reach, ours) -> None:
    found = {str(pod): {tuple(one) for one in reach.outside(pod)} for pod in ours}
    assert found == {str(pod): declared.outside(pod) for pod in ours}
    assert sum(map(len, found.values())) > 20


def test_the_api_server_calls_the_webhooks_that_they_declare_and_the_world_calls_nothing(declared, reach, ours) -> None:
    wanted = {str(pod): declared.from_outside(pod) for pod in ours}
    found = {str(pod): {entity: reach.ports(entity, pod) for entity in wanted[str(pod)]} for pod in ours}
    assert found == wanted
    assert sum(bool(ports["kube-apiserver"]) for ports in found.values()) >= 4
    assert not any(ports["world"] for ports in found.values())
