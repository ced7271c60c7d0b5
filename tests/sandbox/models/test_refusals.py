"""What OVHcloud refuses, the sandbox refuses too, each time with a source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.models.keys import write_secret
from tests.sandbox.zoo import Zoo, examples

NODE = {"region": "GRA"}

NEW: list[tuple[str, dict[str, Any], str]] = [
    ("network", {"regions": ["GRA12"]}, 'there is no region "GRA12"'),
    ("network", {"vlan_id": 5000}, "a VLAN has a number"),
    ("subnet", {"cidr": "10.10.0.0/33"}, "no IPv4 range"),
    ("subnet", {"network_id": "nobody"}, "no private network"),
    ("gateway", {"subnet_id": "nobody"}, 'has no subnet "nobody"'),
    ("kube", {"region": "EU-WEST-PAR", "plan": "free"}, "not offered in the three-zone region"),
    ("kube", {"version": "1.30"}, "Kubernetes 1.30 is not offered"),
    ("kube", {"nodes_subnet_id": None}, "needs private_network_id and nodes_subnet_id"),
    ("kube", {"ip_allocation_policy": [{"pods_ipv4_cidr": "10.10.8.0/21"}]}, "overlaps"),
    ("kube", {"ip_allocation_policy": [{"services_ipv4_cidr": "172.17.0.0/20"}]}, "overlaps 172.17.0.0/16"),
    ("pool", {"flavor_name": "b3-9"}, 'the nearest is "b3-8"'),
    ("pool", {"name": "my_pool"}, "never `_`"),
    ("pool", {"desired_nodes": 9}, "does not lie between"),
    ("pool", {"anti_affinity": True, "max_nodes": 6}, "anti-affinity has at most 5"),
    ("allow", {"ips": ["203.0.113.0/28"]}, "the nodes would lose the API"),
    ("login", {"issuer_url": "http://login.example.com"}, "begins with https://"),
    ("postgres", {"nodes": [NODE]}, "has 2 nodes, not 1"),
    ("postgres", {"nodes": [NODE, {"region": "DE"}]}, "all nodes are alike"),
    ("postgres", {"plan": "gold"}, 'has no plan "gold"'),
    ("postgres", {"flavor": "db1-4"}, "has no flavor db1-4"),
    ("postgres", {"version": "12"}, "postgresql 12 is not offered"),
    ("postgres", {"ip_restrictions": []}, "nobody could connect"),
    ("postgres", {"nodes": [{"region": "GRA11"}] * 2}, "no databases in the region"),
    ("postgres", {"backup_regions": ["SBG"]}, "one of them the cluster's own"),
    ("kafka", {"backup_time": "02:00:00"}, "kafka has no backup time"),
    ("database", {"name": "1st"}, "beginning with a letter"),
    ("database", {"cluster_id": "@valkey"}, "of the engine valkey"),
    ("connections", {"size": 500}, "do not fit"),
    ("connections", {"database_id": "nobody"}, "does not exist"),
    ("valkey_user", {"categories": ["read"]}, "begins with + or - and @"),
    ("topic", {"name": "."}, "neither `.`"),
    ("topic", {"replication": 4}, "do not fit a cluster of 3 nodes"),
    ("acl", {"username": "nobody"}, 'has no user "nobody"'),
    ("acl", {"permission": "everything"}, "no permission"),
    ("okms", {"region": "GRA"}, "no key store region"),
    ("okms", {"ovh_subsidiary": "DE"}, "of the subsidiary FR"),
    ("secret", {"path": "/orders"}, "single `/`"),
    ("secret", {"version": {"data": "x"}}, "no JSON object"),
    ("secret", {"version": {"data": json.dumps({"x": "y" * 70000})}}, "at most 65536 bytes"),
    ("person", {"group": "nobody"}, 'no group "nobody"'),
    ("person", {"password": "short"}, "12 characters"),
    ("policy", {"identities": ["urn:v1:eu:identity:user:x/y"]}, "no identity"),
    ("policy", {"resources": ["urn:v1:eu:resource:okms:nobody"]}, "names no resource"),
    ("policy", {"allow": ["everything"]}, "is no action"),
    ("policy", {"allow": []}, "allows or denies something"),
    ("bucket", {"name": "Shop"}, "lower-case"),
    ("bucket", {"region_name": "GRA11"}, "no object storage"),
    ("user", {"role_names": ["god"]}, "no role god"),
    ("s3_policy", {"policy": "[]"}, "no JSON with a Statement"),
    ("record", {"zone": "example.org"}, 'no zone "example.org"'),
    ("record", {"target": "shop"}, "is no address"),
    ("record", {"ttl": 10}, "60 seconds"),
    ("registry", {"plan_id": "gold"}, "no registry plan"),
    ("registry", {"region": "SBG"}, "no registries in SBG"),
    ("team", {"name": "Core Team"}, "no project's name"),
    ("retention", {"rule": [{"repo_matching": "**"}]}, "by one measure"),
    ("release", {"create_namespace": False}, 'namespace "argocd" not found'),
    ("release", {"name": "root", "chart": "argocd-apps"}, "does not know the kinds"),
]


@pytest.mark.parametrize(("name", "changes", "sentence"), NEW, ids=lambda value: str(value)[:40])
def test_what_ovhcloud_does_not_make_is_refused(
    tmp_path: Path, name: str, changes: dict[str, Any], sentence: str
) -> None:
    zoo = Zoo(tmp_path)
    zoo.fill(until=name)
    kind, arguments = examples(zoo.made)[name]
    given = {key: zoo.made["valkey"]["id"] if value == "@valkey" else value for key, value in changes.items()}
    kinds = zoo.cloud.kinds()
    with pytest.raises(Refusal) as refused:
        zoo.make(kind, {**arguments, **given})
    assert sentence in refused.value.what
    assert refused.value.source
    assert zoo.cloud.kinds() == kinds, "what was refused left something behind"


CHANGED: list[tuple[str, dict[str, Any], str]] = [
    ("kube", {"version": "1.33"}, "the next minor version only"),
    ("kube", {"plan": "free"}, "plan cannot change after creation"),
    ("postgres", {"flavor": "b3-8"}, "flavor can be raised, not lowered"),
    ("postgres", {"version": "16"}, "version can be raised, not lowered"),
    ("postgres", {"disk_size": 100}, "disk_size can be raised, not lowered"),
]


@pytest.mark.parametrize(("name", "changes", "sentence"), CHANGED, ids=lambda value: str(value)[:40])
def test_what_only_grows_or_stays_is_not_changed(zoo: Zoo, name: str, changes: dict[str, Any], sentence: str) -> None:
    kind, arguments = examples(zoo.made)[name]
    with pytest.raises(Refusal, match=sentence):
        zoo.change(kind, zoo.made[name], {**arguments, **changes})


def test_what_grows_changes_in_place(zoo: Zoo) -> None:
    for name, changes in (("kube", {"version": "1.35"}), ("postgres", {"plan": "advanced", "flavor": "b3-32"})):
        kind, arguments = examples(zoo.made)[name]
        if name == "postgres":
            changes = {**changes, "nodes": [arguments["nodes"][0]] * 3}
        after = zoo.change(kind, zoo.made[name], {**arguments, **changes})
        assert after["id"] == zoo.made[name]["id"]
        assert {key: after[key] for key in changes} == changes


@pytest.mark.parametrize("name", ["network", "subnet"])
def test_what_is_in_use_is_not_deleted(zoo: Zoo, name: str) -> None:
    kind, _ = examples(zoo.made)[name]
    with pytest.raises(Refusal, match="is in use by a ovh_cloud_project"):
        zoo.delete(kind, zoo.made[name])
    assert zoo.provider(kind).read(kind, zoo.made[name]) == zoo.made[name]


def test_deletion_protection_holds_a_database(zoo: Zoo) -> None:
    kind, arguments = examples(zoo.made)["valkey"]
    after = zoo.change(kind, zoo.made["valkey"], {**arguments, "deletion_protection": True})
    with pytest.raises(Refusal, match="deletion protection"):
        zoo.delete(kind, after)


@pytest.mark.parametrize("name", ["pool", "database", "valkey_user", "topic", "secret", "bucket", "team", "robot"])
def test_a_name_is_given_once(zoo: Zoo, name: str) -> None:
    kind, arguments = examples(zoo.made)[name]
    with pytest.raises(Refusal, match="already"):
        zoo.make(kind, arguments)


def test_a_pool_in_a_three_zone_region_names_exactly_one_zone(zoo: Zoo) -> None:
    id_ = zoo.made["kube"]["id"]
    zoo.cloud.put("ovh_cloud_project_kube", id_, {**zoo.made["kube"], "region": "EU-WEST-PAR"})
    kind, arguments = examples(zoo.made)["pool"]
    for zones in ([], ["eu-west-par-a", "eu-west-par-b"], ["gra-a"]):
        with pytest.raises(Refusal, match="names exactly one of its zones"):
            zoo.make(kind, {**arguments, "name": "zoned", "availability_zones": zones})
    made = zoo.make(kind, {**arguments, "name": "zoned", "availability_zones": ["eu-west-par-b"]})
    assert made["availability_zones"] == ["eu-west-par-b"]


def test_a_standard_cluster_waits_for_the_gateway_of_its_subnet(tmp_path: Path) -> None:
    zoo = Zoo(tmp_path)
    zoo.fill(until="gateway")
    kind, arguments = examples(zoo.made)["kube"]
    with pytest.raises(Refusal, match="needs a gateway on subnet"):
        zoo.make(kind, arguments)


def test_a_stranger_does_not_get_into_the_registry(zoo: Zoo) -> None:
    kind, _ = examples(zoo.made)["team"]
    url = zoo.made["registry"]["url"]
    zoo.providers["harbor"].configure({"url": url, "username": "andamio", "password": "guessed"})
    provider = zoo.providers["harbor"]
    config = zoo.config(kind, {"name": "other"})
    plan = provider.plan(kind, None, config, config)
    with pytest.raises(Refusal, match="does not know this user"):
        provider.apply(kind, None, plan.state, config)


def test_what_was_told_to_fail_fails_that_often(zoo: Zoo) -> None:
    zoo.cloud.configure("faults", {"ovh_cloud_project_database_kafka_topic": 1})
    kind, arguments = examples(zoo.made)["topic"]
    with pytest.raises(Refusal, match="as it was told to"):
        zoo.make(kind, {**arguments, "name": "another"})
    assert zoo.make(kind, {**arguments, "name": "another"})["name"] == "another"


def test_a_person_writes_a_secret_and_its_version_rises(zoo: Zoo) -> None:
    store = zoo.made["okms"]["id"]
    for number, value in ((1, "a"), (2, "b"), (2, "b")):
        write_secret(zoo.cloud, store, "by/hand", {"key": value})
        found = zoo.cloud.get("ovh_okms_secret", f"{store}/by/hand")
        assert found is not None
        assert found["version"]["id"] == number
