"""Each policy of the reference catalog counts: one that is missing, wider or more than declared is noticed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from andamio.testing import Pod, Reach, Synthesized
from tests.testing.objects_by_hand import STRANGER, network_policy

OUTSIDERS = ("world", "kube-apiserver", "remote-node", "198.51.100.7", "10.10.0.9")
Body = dict[str, Any]


@dataclass(frozen=True)
class Policies:
    """The policies of an environment, and its pods, which stay whatever becomes of the policies."""

    bodies: tuple[Body, ...]
    pods: tuple[Pod, ...]

    def replaced(self, at: int, *bodies: Body) -> Policies:
        return Policies((*self.bodies[:at], *bodies, *self.bodies[at + 1 :]), self.pods)

    def picture(self, namespace: str) -> dict[tuple[str, ...], object]:
        """All that policies say of the pods of a namespace: each way in and out, and what they may call outside."""
        reach = Reach(self.bodies, pods=self.pods)
        assert len(reach.pods) == len(self.pods)
        own = [pod for pod in reach.pods if pod.namespace == namespace]
        others = [*reach.pods, *(reach.party(name) for name in OUTSIDERS)]
        ways = {(str(pod), "to", str(other)): reach.egress(pod, other) for pod in own for other in others}
        ways |= {(str(pod), "from", str(other)): reach.ingress(pod, other) for pod in own for other in others}
        return {**ways, **{(str(pod), "outside", ""): reach.outside(pod) for pod in own}}

    def __iter__(self) -> Iterator[tuple[int, Body]]:
        return iter(enumerate(self.bodies))


@pytest.fixture(scope="module")
def policies(shop: Synthesized) -> Policies:
    environment = shop.environment("dev")
    bodies = [body for body in environment.all() if body["kind"].endswith("NetworkPolicy")]
    return Policies(tuple(bodies), environment.reach(pods=[STRANGER]).pods)


@pytest.fixture(scope="module")
def before(policies: Policies) -> dict[str, dict[tuple[str, ...], object]]:
    return {namespace: policies.picture(namespace) for namespace in {namespace_of(body) for _, body in policies}}


def namespace_of(body: Body) -> str:
    return body["metadata"]["namespace"]


def name_of(body: Body) -> str:
    return f"{body['kind']} {namespace_of(body)}/{body['metadata']['name']}"


def rules_of(body: Body) -> list[tuple[str, int, Body]]:
    return [
        (direction, at, rule)
        for direction in ("ingress", "egress")
        for at, rule in enumerate(body["spec"].get(direction) or ())
    ]


def test_a_policy_that_is_missing_is_noticed(policies, before) -> None:
    opening = [(i, body) for i, body in policies if rules_of(body)]
    unnoticed = [
        name_of(body)
        for i, body in opening
        if policies.replaced(i).picture(namespace_of(body)) == before[namespace_of(body)]
    ]
    assert unnoticed == []
    assert len(opening) > 80


def test_a_rule_that_is_missing_is_noticed(policies, before) -> None:
    unnoticed = []
    for i, body in policies:
        for direction, at, _ in rules_of(body):
            changed = copy.deepcopy(body)
            del changed["spec"][direction][at]
            if policies.replaced(i, changed).picture(namespace_of(body)) == before[namespace_of(body)]:
                unnoticed.append(f"{name_of(body)} {direction}[{at}]")
    assert unnoticed == []


def test_a_namespace_that_nothing_closes_any_more_is_noticed(policies, before) -> None:
    (at,) = [i for i, body in policies if name_of(body) == "NetworkPolicy notifications/deny-all"]
    after = policies.replaced(at).picture("notifications")
    opened = {way for way in after if after[way] != before["notifications"][way]}
    assert ("notifications", "from", "elsewhere/stranger") in opened
    assert {way for _, way, _ in opened} == {"from"}, "another policy still isolates its egress"


def without_ports(rule: Body) -> Body:
    return {key: value for key, value in rule.items() if key not in {"ports", "toPorts"}}


def without_peers(rule: Body) -> Body:
    kept = {key: value for key, value in rule.items() if key in {"ports", "toPorts"}}
    return kept or rule


@pytest.mark.parametrize("widen", [without_ports, without_peers])
def test_a_rule_that_is_wider_is_noticed(policies, before, widen) -> None:
    unnoticed, changes = [], 0
    for i, body in policies:
        for direction, at, rule in rules_of(body):
            if widen(rule) == rule:
                continue
            changes += 1
            changed = copy.deepcopy(body)
            changed["spec"][direction][at] = widen(rule)
            if policies.replaced(i, changed).picture(namespace_of(body)) == before[namespace_of(body)]:
                unnoticed.append(f"{name_of(body)} {direction}[{at}]")
    assert unnoticed == []
    assert changes > 80


def test_a_policy_that_is_added_is_noticed(policies, before) -> None:
    added = network_policy("orders", name="debug", ingress=[{"from": [{"namespaceSelector": {}}]}])
    more = Policies((*policies.bodies, added), policies.pods)
    after = more.picture("orders")
    changed = {way for way in after if after[way] != before["orders"][way]}
    assert {(name, way) for name, way, _ in changed} == {("orders", "from"), ("orders/orders-migration", "from")}
    assert ("orders", "from", "elsewhere/stranger") in changed
    with pytest.raises(AssertionError, match="is let through by NetworkPolicy orders/debug"):
        Reach(more.bodies, pods=more.pods).assert_cannot_reach("elsewhere/stranger", "orders")
