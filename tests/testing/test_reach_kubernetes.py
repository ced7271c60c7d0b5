"""NetworkPolicies mean what the Kubernetes API says that they mean."""

from __future__ import annotations

import pytest

from andamio.testing import Pod, PortSet, Reach, UnsupportedPolicyError
from tests.testing.objects_by_hand import TOWN, app, in_namespace, namespace, network_policy, workload

TO_API = {"pods": app("api")}
ALL = PortSet.of(protocols=("TCP", "UDP", "SCTP"))
NONE = PortSet()
WEB_PORT = PortSet.of(8080)


def ports(*policies, source="shop/web", target="shop/api"):
    return Reach([*TOWN, *policies]).ports(source, target)


def expression(key, operator, *values):
    return {"matchExpressions": [{"key": key, "operator": operator, **({"values": list(values)} if values else {})}]}


ISOLATION = {
    "without a policy everything passes": ((), ALL),
    "a policy that selects a pod closes it but for its rules": ((network_policy("shop", app("api")),), NONE),
    "an empty selector selects every pod of the namespace": ((network_policy("shop"),), NONE),
    "a policy of another namespace selects nobody here": ((network_policy("data"),), ALL),
    "a policy for other labels leaves the pod alone": ((network_policy("shop", app("db")),), ALL),
    "without types a policy isolates ingress and not egress": ((network_policy("shop", app("web")),), ALL),
    "without types, egress rules isolate egress too": (
        (network_policy("shop", app("web"), egress=[{"to": [{"podSelector": app("db")}]}]),),
        NONE,
    ),
    "without types, an empty list of egress rules isolates nothing": (
        (network_policy("shop", app("web"), egress=[]),),
        ALL,
    ),
    "type egress without rules closes egress": ((network_policy("shop", app("web"), policyTypes=["Egress"]),), NONE),
    "type egress leaves ingress open": ((network_policy("shop", app("api"), policyTypes=["Egress"]),), ALL),
    "ingress rules without their type mean nothing": (
        (
            network_policy("shop", app("api"), policyTypes=["Egress"], ingress=[{}]),
            network_policy("shop", app("api"), name="closed"),
        ),
        NONE,
    ),
    "an empty rule lets everybody in": ((network_policy("shop", app("api"), ingress=[{}]),), ALL),
    "an empty list of peers lets everybody in": ((network_policy("shop", app("api"), ingress=[{"from": []}]),), ALL),
    "no rule lets nobody in": ((network_policy("shop", app("api"), ingress=[]),), NONE),
    "policies add up": (
        (
            network_policy("shop", name="closed"),
            network_policy("shop", app("api"), name="in", ingress=[{"from": [{"podSelector": app("web")}]}]),
        ),
        ALL,
    ),
    "both ends have to let it pass: the callee does not": (
        (
            network_policy("shop", policyTypes=["Ingress", "Egress"], name="closed"),
            network_policy("shop", app("web"), policyTypes=["Egress"], name="out", egress=[{}]),
        ),
        NONE,
    ),
    "both ends have to let it pass: the caller does not": (
        (
            network_policy("shop", policyTypes=["Ingress", "Egress"], name="closed"),
            network_policy("shop", app("api"), name="in", ingress=[{}]),
        ),
        NONE,
    ),
    "both ends let it pass on the ports that both name": (
        (
            network_policy("shop", app("web"), name="out", egress=[{"ports": [{"port": 8080}, {"port": 9090}]}]),
            network_policy("shop", app("api"), name="in", ingress=[{"ports": [{"port": 8080}, {"port": 7070}]}]),
        ),
        WEB_PORT,
    ),
}


@pytest.mark.parametrize("case", ISOLATION)
def test_isolation(case) -> None:
    policies, expected = ISOLATION[case]
    assert ports(*policies) == expected, case


PEERS = {
    "a pod selector means the policy's own namespace": (
        [{"podSelector": app("web")}],
        {"shop/web": True, "data/copy": False, "data/db": False},
    ),
    "an empty pod selector means all of the own namespace": (
        [{"podSelector": {}}],
        {"shop/web": True, "data/copy": False},
    ),
    "a namespace selector means every pod of the namespaces": (
        [{"namespaceSelector": {"matchLabels": {"team": "data"}}}],
        {"shop/web": False, "data/copy": True, "data/db": True},
    ),
    "an empty namespace selector means every namespace": (
        [{"namespaceSelector": {}}],
        {"shop/web": True, "data/copy": True, "kube-system/kube-dns": True},
    ),
    "a namespace may be chosen by its name": (
        [{"namespaceSelector": in_namespace("data")}],
        {"shop/web": False, "data/db": True},
    ),
    "both selectors in one entry have to hold together": (
        [{"namespaceSelector": in_namespace("data"), "podSelector": app("web")}],
        {"shop/web": False, "data/copy": True, "data/db": False},
    ),
    "two entries hold one or the other": (
        [{"namespaceSelector": in_namespace("data")}, {"podSelector": app("web")}],
        {"shop/web": True, "data/copy": True, "data/db": True},
    ),
    "In takes one of several values": (
        [{"namespaceSelector": {}, "podSelector": expression("app", "In", "web", "other")}],
        {"shop/web": True, "data/copy": True, "data/db": False},
    ),
    "NotIn also takes what has no such label": (
        [{"namespaceSelector": {}, "podSelector": expression("tier", "NotIn", "back")}],
        {"shop/web": True, "shop/api": False},
    ),
    "Exists takes any value": (
        [{"podSelector": expression("tier", "Exists")}],
        {"shop/web": False, "shop/api": True},
    ),
    "DoesNotExist takes what has no such label": (
        [{"podSelector": expression("tier", "DoesNotExist")}],
        {"shop/web": True, "shop/api": False},
    ),
    "expressions of namespaces are read as well": (
        [{"namespaceSelector": expression("team", "NotIn", "web")}],
        {"shop/web": False, "data/db": True, "kube-system/kube-dns": True},
    ),
    "an address block means no pod": ([{"ipBlock": {"cidr": "0.0.0.0/0"}}], {"shop/web": False, "data/db": False}),
}


@pytest.mark.parametrize("case", PEERS)
def test_peers(case) -> None:
    peers, expected = PEERS[case]
    reach = Reach([*TOWN, network_policy("shop", app("api"), ingress=[{"from": peers}])])
    assert {source: reach.allows(source, "shop/api") for source in expected} == expected, case


PORTS = {
    "a number, TCP unless said otherwise": ([{"port": 5432}], PortSet.of(5432)),
    "a number of another protocol": ([{"port": 5432, "protocol": "UDP"}], PortSet.of(5432, protocols=("UDP",))),
    "the name of a container's port": ([{"port": "sql"}], PortSet.of(5432)),
    "a name has the protocol of its port": (
        [{"port": "gossip", "protocol": "UDP"}],
        PortSet.of(7000, protocols=["UDP"]),
    ),
    "a name of another protocol means none": ([{"port": "gossip"}], NONE),
    "a name that the pod does not have means none": ([{"port": "http"}], NONE),
    "a range, both ends included": ([{"port": 5000, "endPort": 5010}], PortSet.of(5000, 5010)),
    "a protocol alone means all its ports": ([{"protocol": "UDP"}], PortSet.of(protocols=("UDP",))),
    "an empty list means every port": ([], ALL),
    "entries add up": ([{"port": 1}, {"port": 3}], PortSet.of(1) | PortSet.of(3)),
}


@pytest.mark.parametrize("case", PORTS)
@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_ports(case, direction) -> None:
    entries, expected = PORTS[case]
    policy = (
        network_policy("data", app("db"), ingress=[{"ports": entries}])
        if direction == "ingress"
        else network_policy("shop", app("web"), policyTypes=["Egress"], egress=[{"ports": entries}])
    )
    assert ports(policy, target="data/db") == expected, case


def out(*blocks):
    return network_policy("shop", app("web"), policyTypes=["Egress"], egress=[{"to": [{"ipBlock": b} for b in blocks]}])


ADDRESSES = {
    "inside": (out({"cidr": "10.0.0.0/8"}), {"10.1.2.3": True, "10.1.0.0/16": True, "11.0.0.1": False}),
    "but for the exceptions": (
        out({"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.2.0.0/16"]}),
        {"10.1.2.3": False, "10.2.0.0/24": False, "10.3.0.0/16": True, "10.0.0.0/8": False},
    ),
    "an exception of one block is no exception of another": (
        out({"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}, {"cidr": "10.1.2.0/24"}),
        {"10.1.2.3": True, "10.1.3.3": False},
    ),
    "the other family is not meant": (out({"cidr": "0.0.0.0/0"}), {"192.0.2.1": True, "2001:db8::1": False}),
    "a name may have any address, so only the whole internet holds it": (
        out({"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "192.168.0.0/16"]}),
        {"api.example.com": True, "world": True, "kube-apiserver": True, "10.0.0.1": False},
    ),
    "a part of the internet holds no name": (out({"cidr": "192.0.2.0/24"}), {"api.example.com": False, "world": False}),
    "the internet but for a public part holds no name for sure": (
        out({"cidr": "0.0.0.0/0", "except": ["8.8.8.0/24"]}),
        {"api.example.com": False},
    ),
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_addresses(case) -> None:
    policy, expected = ADDRESSES[case]
    reach = Reach([*TOWN, policy])
    assert {target: reach.allows("shop/web", target, port=443) for target in expected} == expected, case


def test_a_range_that_is_open_in_part_is_neither_reached_nor_out_of_reach() -> None:
    reach = Reach([*TOWN, out({"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]})])
    with pytest.raises(AssertionError, match=r"shop/web does not reach 10.0.0.0/8"):
        reach.assert_reaches("shop/web", "10.0.0.0/8")
    with pytest.raises(AssertionError, match=r"shop/web reaches 10.0.0.0/8 on TCP 443: .*NetworkPolicy shop/policy"):
        reach.assert_cannot_reach("shop/web", "10.0.0.0/8", port=443)
    reach.assert_cannot_reach("shop/web", "10.1.0.0/16")


def test_where_policies_are_enforced_by_address_a_block_holds_for_pods() -> None:
    objects = [*TOWN, out({"cidr": "10.240.0.0/13"})]
    assert not Reach(objects).allows("shop/web", "shop/api")
    assert Reach(objects, pod_range="10.240.0.0/13").allows("shop/web", "shop/api")
    closed = [*TOWN, out({"cidr": "0.0.0.0/0", "except": ["10.240.0.0/13"]})]
    assert not Reach(closed, pod_range="10.240.0.0/13").allows("shop/web", "shop/api")


def test_the_node_of_a_pod_always_reaches_it() -> None:
    closed = [*TOWN, network_policy("shop")]
    assert Reach(closed).allows("host", "shop/api", port=8080)
    assert not Reach(closed).allows("world", "shop/api", port=8080)
    assert not Reach(closed).allows("remote-node", "shop/api", port=8080)


def test_no_policy_holds_for_pods_of_their_nodes_network() -> None:
    objects = [*TOWN, workload("agent", "shop", hostNetwork=True), network_policy("shop", policyTypes=["Egress"])]
    assert Reach(objects).allows("agent", "data/db")
    assert not Reach(objects).allows("shop/web", "data/db")


def test_outside_lists_what_a_policy_names_and_no_pods() -> None:
    objects = [
        *TOWN,
        network_policy(
            "shop",
            app("web"),
            egress=[
                {"to": [{"podSelector": app("api")}]},
                {"to": [{"ipBlock": {"cidr": "10.0.0.0/20"}}], "ports": [{"port": 5432}, {"port": 5433}]},
                {
                    "to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}],
                    "ports": [{"port": 8000, "endPort": 8010, "protocol": "UDP"}],
                },
            ],
        ),
    ]
    assert Reach(objects).outside("shop/web") == {
        ("10.0.0.0/20", 5432, "TCP"),
        ("10.0.0.0/20", 5433, "TCP"),
        ("0.0.0.0/0 except 10.0.0.0/8", "8000-8010", "UDP"),
    }
    assert Reach(objects).outside("shop/api") == {("0.0.0.0/0", "*", "*")}
    with pytest.raises(LookupError, match=r"10.0.0.1 is no pod"):
        Reach(objects).outside("10.0.0.1")


def test_callers_and_callees_are_the_other_pods() -> None:
    reach = Reach(
        [
            *TOWN,
            network_policy("shop", app("api"), ingress=[{"from": [{"podSelector": {}}], "ports": [{"port": 8080}]}]),
            network_policy("data", policyTypes=["Egress"], name="closed"),
        ]
    )
    assert reach.callers("shop/api") == {"shop/web"}
    assert reach.callers("shop/api", port=9090) == set()
    assert "shop/api" in reach.callees("shop/web")
    assert reach.callees("data/db") == set()


def test_why_names_the_policies_of_both_ends() -> None:
    objects = [
        *TOWN,
        network_policy("shop", name="deny-all", policyTypes=["Ingress", "Egress"]),
        network_policy("shop", app("web"), name="calls", egress=[{"to": [{"podSelector": app("api")}]}]),
        network_policy("shop", app("api"), name="callers", ingress=[{"from": [{"podSelector": app("web")}]}]),
    ]
    reach = Reach(objects)
    assert reach.why("shop/web", "shop/api", port=8080) == (
        "shop/web reaches shop/api on TCP 8080: egress of shop/web is let through by NetworkPolicy shop/calls; "
        "ingress of shop/api is let through by NetworkPolicy shop/callers"
    )
    assert reach.why("data/db", "shop/api", port=8080) == (
        "data/db does not reach shop/api on TCP 8080: egress of data/db is open, no policy isolates it; "
        "ingress of shop/api is isolated by NetworkPolicy shop/deny-all and 1 more, and nothing opens it from data/db"
    )


def test_parties_are_found_by_the_shortest_name_that_is_clear() -> None:
    reach = Reach([*TOWN, workload("web", "web"), namespace("web")])
    assert str(reach.party("api")) == "shop/api"
    assert str(reach.party("web")) == "web", "a workload called like its namespace comes first"
    assert str(reach.party("Deployment/shop/web")) == "shop/web"
    with pytest.raises(LookupError, match=r'no workload is called "dbs". Did you mean "db"\?'):
        reach.party("dbs")
    with pytest.raises(LookupError, match=r"neither world nor 10\.0\.0\.1 is a pod"):
        reach.allows("world", "10.0.0.1")
    with pytest.raises(LookupError, match=r'"same" may be any of Deployment/shop/same, Deployment/data/same'):
        Reach([*TOWN, workload("same", "shop"), workload("same", "data")]).party("same")


def test_pods_that_no_object_tells_of_can_be_added() -> None:
    agent = Pod(name="agent", namespace="monitoring", labels={"app": "agent"})
    policy = network_policy("shop", ingress=[{"from": [{"namespaceSelector": in_namespace("monitoring")}]}])
    assert Reach([*TOWN, policy], pods=[agent]).callers("shop/api") == {"monitoring/agent"}


def test_what_a_chart_installs_is_known_by_the_policies_that_select_it() -> None:
    server = {"matchLabels": {"app.kubernetes.io/name": "server"}}
    reach = Reach(
        [
            network_policy("tool", name="deny-all", policyTypes=["Ingress", "Egress"]),
            network_policy("tool", server, name="tool-server", ingress=[{"ports": [{"port": 9443}]}]),
            network_policy("other", name="agent", policyTypes=["Egress"], egress=[{"ports": [{"port": 53}]}]),
        ]
    )
    assert {str(pod) for pod in reach.pods} == {"kube-system/kube-dns", "tool/tool-server", "other"}
    assert str(reach.ports("kube-dns", "tool-server")) == "TCP 9443"


REFUSED = {
    "an unknown policy type": network_policy("shop", policyTypes=["Sideways"]),
    "an unknown field": network_policy("shop", ingress=[{"form": []}]),
    "a selector beside a block": network_policy("shop", ingress=[{"from": [{"ipBlock": {}, "podSelector": {}}]}]),
    "an empty peer": network_policy("shop", ingress=[{"from": [{}]}]),
    "a range that ends before it starts": network_policy("shop", ingress=[{"ports": [{"port": 9, "endPort": 8}]}]),
    "a range from a name": network_policy("shop", ingress=[{"ports": [{"port": "sql", "endPort": 8}]}]),
    "an unknown protocol": network_policy("shop", ingress=[{"ports": [{"protocol": "ICMP"}]}]),
    "a policy of an API that is not known": {**network_policy("shop"), "apiVersion": "crd.projectcalico.org/v1"},
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_understood_is_refused_and_not_left_out(case) -> None:
    with pytest.raises(UnsupportedPolicyError):
        Reach([*TOWN, REFUSED[case]])
