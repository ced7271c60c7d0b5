"""Who may reach a service, and whom it may reach."""

from __future__ import annotations

from typing import Any

from andamio.model import Cache, Egress, Http, Migration, Postgres, Route

from .shop import Body, built, environment, find, names, service

STRIPE = Egress(host="api.stripe.com", addresses=("198.51.100.0/24",))
MAIL = Egress(host="smtp.mail.example", port=587)


def policies(*services: Any, **more: Any) -> list[Body]:
    return [body for body in built(*services, **more) if body["kind"].endswith("NetworkPolicy")]


def test_everything_is_closed_for_every_pod() -> None:
    spec = find(policies(service()), "NetworkPolicy", "deny-all")["spec"]
    assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_a_service_that_declares_nothing_reaches_the_name_server_and_nothing_else() -> None:
    found = policies(service())
    assert names(found, "NetworkPolicy") == {"deny-all", "allow-dns"}
    (rule,) = find(found, "NetworkPolicy", "allow-dns")["spec"]["egress"]
    assert {(port["protocol"], port["port"]) for port in rule["ports"]} == {("UDP", 53), ("TCP", 53)}


def test_a_call_opens_one_way_out_and_one_way_in_on_the_callees_port() -> None:
    orders, payments = service(calls=("payments",), http=Http()), service("payments", http=Http(port=9000))
    (way_out,) = find(policies(orders, payments), "NetworkPolicy", "allow-calls")["spec"]["egress"]
    (way_in,) = find(policies(payments, orders), "NetworkPolicy", "allow-callers")["spec"]["ingress"]
    assert way_out["ports"] == way_in["ports"] == [{"protocol": "TCP", "port": 9000}]
    assert way_out["to"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "payments"}
    assert way_in["from"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "orders"}
    assert way_in["from"][0]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "orders"}
    assert "allow-callers" not in names(policies(orders, payments), "NetworkPolicy")


def test_only_a_service_with_a_route_is_reached_by_the_gateway() -> None:
    assert "allow-gateway" not in names(policies(service(http=Http())), "NetworkPolicy")
    routed = service(http=Http(port=8081), routes=(Route(host="api"),))
    (rule,) = find(policies(routed), "NetworkPolicy", "allow-gateway")["spec"]["ingress"]
    assert rule["from"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "gateway"}
    assert rule["ports"] == [{"protocol": "TCP", "port": 8081}]


def test_stores_are_reached_in_the_subnet_on_their_ports_alone() -> None:
    (rule,) = find(policies(service(cache=Cache())), "NetworkPolicy", "allow-stores")["spec"]["egress"]
    assert rule == {"to": [{"ipBlock": {"cidr": "10.10.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 20182}]}


def test_a_migration_reaches_its_database_and_no_other_store() -> None:
    found = policies(service(database=Postgres(), cache=Cache(), migration=Migration(command=("up",))))
    spec = find(found, "NetworkPolicy", "allow-migration")["spec"]
    assert spec["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "orders-migration"}
    assert [port["port"] for port in spec["egress"][0]["ports"]] == [20184, 20185]


def test_outside_hosts_are_opened_by_name_each_on_its_port_on_the_standard_plan() -> None:
    spec = find(policies(service(egress=(STRIPE, MAIL))), "CiliumNetworkPolicy", "allow-egress")["spec"]
    opened = {
        name["matchName"]: rule["toPorts"][0]["ports"] for rule in spec["egress"] for name in rule.get("toFQDNs", ())
    }
    assert opened == {
        "api.stripe.com": [{"port": "443", "protocol": "TCP"}],
        "smtp.mail.example": [{"port": "587", "protocol": "TCP"}],
    }


def test_cilium_sees_every_lookup_of_a_service_with_outside_hosts() -> None:
    """A plain rule to the name server beside it would hide the answers, and no name would ever be opened."""
    migrated = service(egress=(STRIPE,), database=Postgres(), migration=Migration(command=("up",)))
    found = policies(migrated)
    (lookup,) = [
        rule for rule in find(found, "CiliumNetworkPolicy", "allow-egress")["spec"]["egress"] if "toEndpoints" in rule
    ]
    assert lookup["toPorts"][0]["rules"]["dns"]
    for body in found:
        selected = body["spec"].get("podSelector", {}).get("matchLabels")
        plain = any(p["port"] == 53 for rule in body["spec"].get("egress", ()) for p in rule.get("ports", ()))
        assert not plain or selected == {"app.kubernetes.io/name": "orders-migration"}


def test_outside_hosts_are_opened_by_address_on_the_free_plan() -> None:
    found = policies(service(egress=(STRIPE, MAIL)), at=environment(plan="free"))
    assert names(found, "CiliumNetworkPolicy") == set()
    assert find(found, "NetworkPolicy", "allow-egress")["spec"]["egress"] == [
        {"to": [{"ipBlock": {"cidr": "198.51.100.0/24"}}], "ports": [{"protocol": "TCP", "port": 443}]}
    ]


def test_a_host_without_addresses_never_opens_the_world_on_the_free_plan() -> None:
    found = policies(service(egress=(MAIL,)), at=environment(plan="free"))
    assert names(found, "NetworkPolicy") == {"deny-all", "allow-dns"}
