"""CiliumNetworkPolicies mean what Cilium says that they mean, alone and beside NetworkPolicies."""

from __future__ import annotations

import pytest

from andamio.testing import PortSet, Reach, UnsupportedPolicyError
from tests.testing.objects_by_hand import TOWN, app, cilium_policy, network_policy, workload

ALL = PortSet.of(protocols=("TCP", "UDP", "SCTP"))
NONE = PortSet()

LOOKUP = {
    "toEndpoints": [{"matchLabels": {"k8s:io.kubernetes.pod.namespace": "kube-system", "k8s-app": "kube-dns"}}],
    "toPorts": [{"ports": [{"port": "53", "protocol": "UDP"}], "rules": {"dns": [{"matchPattern": "*"}]}}],
}


def pods(**labels):
    return {"matchLabels": labels}


def tcp(port):
    return {"ports": [{"port": port, "protocol": "TCP"}]}


def expectation(*policies, expected):
    reach = Reach([*TOWN, *policies])
    return {pair: reach.ports(*pair) for pair in expected}


WEB_API, COPY_API, DB_API = ("shop/web", "shop/api"), ("data/copy", "shop/api"), ("data/db", "shop/api")
NAMESPACE = "k8s:io.kubernetes.pod.namespace"

RULES = {
    "rules isolate their direction": (
        cilium_policy("shop", app("api"), ingress=[{"fromEndpoints": [app("db")]}]),
        {WEB_API: NONE, ("shop/api", "data/db"): ALL},
    ),
    "an empty rule isolates and lets nobody in": (cilium_policy("shop", app("api"), ingress=[{}]), {WEB_API: NONE}),
    "an empty list isolates nothing": (cilium_policy("shop", app("api"), ingress=[]), {WEB_API: ALL}),
    "a policy may let through without isolating": (
        cilium_policy("shop", app("api"), ingress=[{}], enableDefaultDeny={"ingress": False}),
        {WEB_API: ALL},
    ),
    "it selects pods of its own namespace only": (
        cilium_policy("data", app("api"), ingress=[{}]),
        {WEB_API: ALL},
    ),
    "whatever its selector says of namespaces": (
        cilium_policy("shop", pods(**{NAMESPACE: "data", "app": "api"}), ingress=[{}]),
        {WEB_API: NONE, ("shop/web", "data/db"): ALL},
    ),
    "endpoints without a namespace are the policy's own": (
        cilium_policy("shop", app("api"), ingress=[{"fromEndpoints": [app("web")]}]),
        {WEB_API: ALL, COPY_API: NONE},
    ),
    "an empty selector means the policy's own namespace": (
        cilium_policy("shop", app("api"), ingress=[{"fromEndpoints": [{}]}]),
        {WEB_API: ALL, COPY_API: NONE},
    ),
    "endpoints of a namespace by its name": (
        cilium_policy("shop", app("api"), ingress=[{"fromEndpoints": [pods(**{NAMESPACE: "data", "k8s:app": "web"})]}]),
        {WEB_API: NONE, COPY_API: ALL, DB_API: NONE},
    ),
    "endpoints of namespaces by their labels": (
        cilium_policy(
            "shop",
            app("api"),
            ingress=[{"fromEndpoints": [pods(**{"k8s:io.cilium.k8s.namespace.labels.team": "data"})]}],
        ),
        {WEB_API: NONE, COPY_API: ALL, DB_API: ALL},
    ),
    "endpoints of every namespace by an expression": (
        cilium_policy(
            "shop",
            app("api"),
            ingress=[{"fromEndpoints": [{"matchExpressions": [{"key": NAMESPACE, "operator": "Exists"}]}]}],
        ),
        {WEB_API: ALL, COPY_API: ALL},
    ),
    "a list of peers that is given and empty lets nobody in": (
        cilium_policy("shop", app("api"), ingress=[{"fromEndpoints": [], "toPorts": [{"ports": [{"port": "80"}]}]}]),
        {WEB_API: NONE},
    ),
    "even beside one that is not": (
        cilium_policy("shop", app("api"), ingress=[{"fromEndpoints": [], "fromEntities": ["all"]}]),
        {WEB_API: NONE, ("world", "shop/api"): NONE},
    ),
    "what excludes a label holds for entities as well, which have none": (
        cilium_policy(
            "shop",
            app("web"),
            egress=[
                {"toEndpoints": [{"matchExpressions": [{"key": NAMESPACE, "operator": "NotIn", "values": ["data"]}]}]}
            ],
        ),
        {WEB_API: ALL, ("shop/web", "data/db"): NONE, ("shop/web", "world"): ALL, ("shop/web", "192.0.2.1"): ALL},
    ),
    "an empty selector of one for the whole cluster means its pods": (
        {
            "apiVersion": "cilium.io/v2",
            "kind": "CiliumClusterwideNetworkPolicy",
            "metadata": {"name": "everywhere"},
            "spec": {"endpointSelector": {}, "egress": [{"toEndpoints": [{}]}]},
        },
        {WEB_API: ALL, ("shop/web", "data/db"): ALL, ("shop/web", "world"): NONE, ("shop/web", "host"): NONE},
    ),
    "ports alone let everybody in": (
        cilium_policy("shop", app("api"), ingress=[{"toPorts": [{"ports": [{"port": "80", "protocol": "TCP"}]}]}]),
        {WEB_API: PortSet.of(80), COPY_API: PortSet.of(80)},
    ),
    "without a protocol all are meant": (
        cilium_policy("shop", app("api"), ingress=[{"toPorts": [{"ports": [{"port": "80"}]}]}]),
        {WEB_API: PortSet.of(80, protocols=("TCP", "UDP", "SCTP"))},
    ),
    "port 0 means every port": (
        cilium_policy("shop", app("api"), ingress=[{"toPorts": [{"ports": [{"port": "0", "protocol": "UDP"}]}]}]),
        {WEB_API: PortSet.of(protocols=("UDP",))},
    ),
    "a range": (
        cilium_policy(
            "shop",
            app("api"),
            ingress=[{"toPorts": [{"ports": [{"port": "80", "endPort": 89, "protocol": "TCP"}]}]}],
        ),
        {WEB_API: PortSet.of(80, 89)},
    ),
    "the name of a container's port": (
        cilium_policy("shop", app("api"), ingress=[{"toPorts": [{"ports": [{"port": "http", "protocol": "TCP"}]}]}]),
        {WEB_API: PortSet.of(8080)},
    ),
    "entities of the cluster hold its pods": (
        cilium_policy("shop", app("api"), ingress=[{"fromEntities": ["cluster"]}]),
        {WEB_API: ALL, COPY_API: ALL, ("remote-node", "shop/api"): ALL, ("world", "shop/api"): NONE},
    ),
    "the world holds no pod": (
        cilium_policy("shop", app("api"), ingress=[{"fromEntities": ["world"]}]),
        {
            WEB_API: NONE,
            ("world", "shop/api"): ALL,
            ("198.51.100.7", "shop/api"): ALL,
            ("remote-node", "shop/api"): NONE,
        },
    ),
    "the API server, outside the cluster, is of the world": (
        cilium_policy("shop", app("web"), egress=[{"toEntities": ["world"]}]),
        {("shop/web", "kube-apiserver"): ALL, ("shop/web", "api.example.com"): ALL, ("shop/web", "host"): NONE},
    ),
    "all are all": (
        cilium_policy("shop", app("api"), ingress=[{"fromEntities": ["all"]}]),
        {WEB_API: ALL, ("world", "shop/api"): ALL, ("kube-apiserver", "shop/api"): ALL},
    ),
    "the API server is an entity of its own": (
        cilium_policy("shop", app("web"), egress=[{"toEntities": ["kube-apiserver"]}]),
        {("shop/web", "kube-apiserver"): ALL, ("shop/web", "world"): NONE, WEB_API: NONE},
    ),
    "a reserved label means an entity": (
        cilium_policy("shop", app("web"), egress=[{"toEndpoints": [pods(**{"reserved:kube-apiserver": ""})]}]),
        {("shop/web", "kube-apiserver"): ALL, ("shop/web", "world"): NONE, WEB_API: NONE},
    ),
    "blocks hold addresses and no pods": (
        cilium_policy("shop", app("web"), egress=[{"toCIDRSet": [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}]}]),
        {("shop/web", "10.2.0.1"): ALL, ("shop/web", "10.1.0.1"): NONE, WEB_API: NONE},
    ),
    "short blocks as well": (
        cilium_policy("shop", app("web"), egress=[{"toCIDR": ["192.0.2.0/24"]}]),
        {("shop/web", "192.0.2.7"): ALL, ("shop/web", "192.0.3.7"): NONE},
    ),
    "what is denied nothing opens": (
        cilium_policy(
            "shop",
            app("api"),
            ingress=[{"fromEndpoints": [{}]}],
            ingressDeny=[
                {"fromEndpoints": [app("web")], "toPorts": [{"ports": [{"port": "8080", "protocol": "TCP"}]}]}
            ],
        ),
        {WEB_API: ALL - PortSet.of(8080), ("shop/api", "shop/api"): ALL},
    ),
    "a denial isolates as well": (
        cilium_policy("shop", app("api"), ingressDeny=[{"fromEndpoints": [app("web")]}]),
        {WEB_API: NONE, COPY_API: NONE},
    ),
    "several in one object": (
        {
            **cilium_policy("shop"),
            "spec": {"endpointSelector": app("api"), "ingress": [{"fromEndpoints": [app("web")]}]},
            "specs": [{"endpointSelector": app("api"), "ingress": [{"fromEndpoints": [pods(**{NAMESPACE: "data"})]}]}],
        },
        {WEB_API: ALL, COPY_API: ALL},
    ),
    "one for the whole cluster selects in every namespace, and its endpoints too": (
        {
            "apiVersion": "cilium.io/v2",
            "kind": "CiliumClusterwideNetworkPolicy",
            "metadata": {"name": "everywhere"},
            "spec": {"endpointSelector": app("web"), "egress": [{"toEndpoints": [app("db")]}]},
        },
        {("shop/web", "data/db"): ALL, ("data/copy", "data/db"): ALL, WEB_API: NONE},
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_rules(case) -> None:
    policy, expected = RULES[case]
    assert expectation(policy, expected=expected) == expected, case


def test_either_kind_isolates_and_either_opens() -> None:
    closed = network_policy("shop", app("api"), name="closed")
    opened = cilium_policy("shop", app("api"), name="opened", ingress=[{"fromEndpoints": [app("web")]}])
    other = network_policy("shop", app("api"), name="other", ingress=[{"from": [{"namespaceSelector": {}}]}])
    assert expectation(closed, opened, expected={WEB_API: 0, COPY_API: 0}) == {WEB_API: ALL, COPY_API: NONE}
    assert expectation(opened, other, expected={WEB_API: 0, COPY_API: 0}) == {WEB_API: ALL, COPY_API: ALL}


def test_pods_of_their_nodes_network_are_nodes_to_every_policy() -> None:
    agent = workload("agent", "shop", {"app": "web"}, hostNetwork=True)
    by_label = [
        cilium_policy("shop", app("api"), ingress=[{"fromEndpoints": [app("web")]}]),
        network_policy("shop", app("api"), name="other", ingress=[{"from": [{"podSelector": app("web")}]}]),
    ]
    by_node = cilium_policy("shop", app("api"), ingress=[{"fromEntities": ["remote-node"]}])
    closed = cilium_policy("shop", app("web"), egress=[{}])
    assert not Reach([*TOWN, agent, *by_label]).allows("agent", "shop/api")
    assert Reach([*TOWN, agent, by_node]).allows("agent", "shop/api")
    assert not Reach([*TOWN, agent, by_node]).allows("shop/web", "shop/api")
    assert Reach([*TOWN, agent, closed]).allows("agent", "shop/api"), "no policy selects it"


def test_a_policy_of_the_whole_cluster_tells_of_no_pod() -> None:
    everywhere = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": {"name": "everywhere"},
        "spec": {"endpointSelector": app("nobody"), "egress": [{"toEntities": ["all"]}]},
    }
    assert [str(pod) for pod in Reach([everywhere]).pods] == ["kube-system/kube-dns"]


def test_a_denial_holds_against_a_network_policy() -> None:
    denied = cilium_policy("shop", app("api"), name="denied", ingressDeny=[{"fromEntities": ["world", "cluster"]}])
    opened = network_policy("shop", app("api"), name="opened", ingress=[{}])
    reach = Reach([*TOWN, denied, opened])
    assert not reach.allows("shop/web", "shop/api")
    assert "is denied by CiliumNetworkPolicy shop/denied" in reach.why("shop/web", "shop/api", port=8080)


NAMES = {
    "a name": (
        {"matchName": "api.example.com"},
        {"api.example.com": True, "API.example.com.": True, "example.com": False},
    ),
    "one label": (
        {"matchPattern": "*.example.com"},
        {"api.example.com": True, "a.b.example.com": False, "example.com": False},
    ),
    "a part of a label": ({"matchPattern": "api*.example.com"}, {"api-2.example.com": True, "web.example.com": False}),
    "every name": ({"matchPattern": "*"}, {"a.b.example.com": True}),
    "a dot is a dot": ({"matchPattern": "*xample.com"}, {"example.com": True, "examplescom.org": False}),
}


@pytest.mark.parametrize("case", NAMES)
def test_names(case) -> None:
    name, expected = NAMES[case]
    port = {"ports": [{"port": "443", "protocol": "TCP"}]}
    reach = Reach([*TOWN, cilium_policy("shop", app("web"), egress=[LOOKUP, {"toFQDNs": [name], "toPorts": [port]}])])
    assert {host: reach.allows("shop/web", host, port=443) for host in expected} == expected, case
    assert not any(reach.allows("shop/web", host, port=80) for host in expected)


TO_API = {"toFQDNs": [{"matchName": "api.example.com"}], "toPorts": [{"ports": [{"port": "443", "protocol": "TCP"}]}]}


def test_a_name_is_of_no_use_while_nothing_shows_cilium_its_addresses() -> None:
    reach = Reach([*TOWN, cilium_policy("shop", app("web"), egress=[TO_API])])
    assert not reach.allows("shop/web", "api.example.com", port=443)
    assert reach.outside("shop/web") == set()
    assert "since no DNS rule shows Cilium the addresses of api.example.com" in reach.why(
        "shop/web", "api.example.com", port=443
    )


def test_a_dns_rule_for_other_names_shows_nothing_of_this_one() -> None:
    lookup = {**LOOKUP, "toPorts": [{**LOOKUP["toPorts"][0], "rules": {"dns": [{"matchName": "other.example.com"}]}}]}
    reach = Reach([*TOWN, cilium_policy("shop", app("web"), egress=[lookup, TO_API])])
    assert not reach.allows("shop/web", "api.example.com", port=443)


def test_a_second_way_to_the_name_server_blinds_cilium() -> None:
    named = cilium_policy("shop", app("web"), egress=[LOOKUP, TO_API])
    plain = network_policy(
        "shop",
        name="allow-dns",
        policyTypes=["Egress"],
        egress=[{"to": [{"namespaceSelector": {}}], "ports": [{"port": 53, "protocol": "UDP"}]}],
    )
    assert Reach([*TOWN, named]).outside("shop/web") == {("api.example.com", 443, "TCP")}
    both = Reach([*TOWN, named, plain])
    assert both.outside("shop/web") == set()
    assert "NetworkPolicy shop/allow-dns lets lookups pass without a DNS rule" in both.why(
        "shop/web", "api.example.com", port=443
    )


def test_outside_leaves_out_what_is_denied() -> None:
    policy = cilium_policy(
        "shop",
        app("web"),
        egress=[{"toCIDR": ["192.0.2.0/24"]}, {"toEntities": ["kube-apiserver", "cluster"]}],
        egressDeny=[{"toCIDR": ["192.0.0.0/16"]}],
    )
    assert Reach([*TOWN, policy]).outside("shop/web") == {("kube-apiserver", "*", "*"), ("cluster", "*", "*")}


REFUSED = {
    "services": {"egress": [{"toServices": [{}]}]},
    "groups": {"egress": [{"toGroups": [{}]}]},
    "ICMP": {"ingress": [{"icmps": [{}]}]},
    "requirements": {"ingress": [{"fromRequires": [{}]}]},
    "groups of addresses": {"egress": [{"toCIDRSet": [{"cidrGroupRef": "x"}]}]},
    "an entity that does not exist": {"egress": [{"toEntities": ["moon"]}]},
    "names of callers": {"ingress": [{"fromFQDNs": [{}]}]},
    "a field of the policy": {"shade": 1},
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_understood_is_refused_and_not_left_out(case) -> None:
    with pytest.raises(UnsupportedPolicyError, match="CiliumNetworkPolicy shop/policy"):
        Reach([*TOWN, cilium_policy("shop", app("web"), **REFUSED[case])])
