import json
import re

import pytest

from andamio.bindings.schema import check_terraform_json
from andamio.contract.platform import Platform
from andamio.contract.secrets import database_admin_link, service_links
from andamio.contract.stores import KAFKA, POSTGRES, VALKEY
from andamio.model import Postgres, Service, Tombstone, Topic, per_env
from infra.stacks.data import data_view
from tests.infra.small_shop import (
    DEV,
    MAIL,
    ORDERS,
    PRODUCTION,
    SHARED,
    SITE,
    STOCK,
    addresses,
    data_stack,
    platform,
)

CLUSTERS = "ovh_cloud_project_database"
HOLDS_DATA = (CLUSTERS, "ovh_cloud_project_database_database", "ovh_cloud_project_database_kafka_topic")


@pytest.fixture(scope="module")
def production():
    return data_stack(platform())


@pytest.fixture(scope="module")
def dev():
    return data_stack(platform(), "dev")


def secrets(stack):
    """Path in the key store → the JSON object's keys with their expressions."""
    found = {}
    for secret in stack["resource"]["ovh_okms_secret"].values():
        body = re.fullmatch(r"\$\{jsonencode\(\{(.*)\}\)\}", secret["version"]["data"])[1]
        assert secret["path"] not in found, "written twice"
        found[secret["path"]] = dict(re.findall(r'"([a-z]+)" = tostring\((.+?)\)(?=, "[a-z]+" = tostring|$)', body))
    return found


@pytest.mark.parametrize("env", ["dev", "production"])
def test_the_provider_takes_every_argument(env) -> None:
    renamed = Service(name="pay", team="commerce", renamed_from="payments", database=Postgres())
    gone = Tombstone(service="gone", environments=("dev", "production"), database="dedicated", topics=("old",))
    shop = platform((ORDERS, renamed, STOCK, MAIL), tombstones=(gone,))
    assert check_terraform_json(data_stack(shop, env)) == []


@pytest.mark.parametrize("env", ["dev", "production"])
def test_every_link_of_a_service_that_terraform_writes_is_written_once(env, request) -> None:
    written = secrets(request.getfixturevalue(env))
    view = platform().views[env]
    promised = {
        link.path: set(link.keys)
        for service in view.services
        for _, link in service_links(service)
        if link.writer == "terraform"
    }
    promised |= {
        link.path: set(link.keys) for link in (database_admin_link(cluster.name) for cluster in view.database_clusters)
    }
    assert {path: set(keys) for path, keys in written.items()} == promised


def test_credentials_of_databases_carry_what_verify_full_needs(production) -> None:
    found = {path: keys for path, keys in secrets(production).items() if "database" in path or "admin" in path}
    assert len(found) == 6  # two admins, three applications, one owner
    for keys in found.values():
        assert "certificates" in keys["ca"]
        assert ".domain if" in keys["host"]


def test_the_application_goes_through_the_pool_and_the_owner_straight_to_the_database(production) -> None:
    written = secrets(production)
    application, owner = written["services/orders/database"], written["services/orders/database-owner"]
    pool = "ovh_cloud_project_database_postgresql_connection_pool.orders-pool"
    assert (application["database"], application["port"]) == (f"{pool}.name", f"{pool}.port")
    assert owner["database"] == "ovh_cloud_project_database_database.orders-database.name"
    assert 'component == "postgresql"' in owner["port"]
    user = "ovh_cloud_project_database_postgresql_user"
    assert application["password"] == f"{user}.orders-application.password"
    assert owner["password"] == f"{user}.orders-owner.password"
    resources = production["resource"]
    assert resources[user]["orders-application"]["name"] == "orders_app"
    pools = resources["ovh_cloud_project_database_postgresql_connection_pool"]
    assert pools["orders-pool"]["user_id"] == f"${{{user}.orders-application.id}}"


def test_no_secret_is_written_as_a_value(production) -> None:
    for secret in secrets(production).values():
        for key in set(secret) & {"password", "key", "certificate"}:
            assert re.fullmatch(r"(data\.)?ovh_[a-z_]+\.[a-z_-]+\.(password|key|cert)", secret[key])


def test_only_the_nodes_subnet_reaches_a_store(production, dev) -> None:
    for stack, environment in ((production, PRODUCTION), (dev, DEV)):
        clusters = stack["resource"][CLUSTERS]
        assert {POSTGRES, VALKEY, KAFKA} <= set(clusters)
        for cluster in clusters.values():
            assert [entry["ip"] for entry in cluster["ip_restrictions"]] == [environment.network.nodes]
            for node in cluster["nodes"]:
                assert node["subnet_id"] == "${data.terraform_remote_state.network.outputs.subnet_id}"
                assert node["network_id"] == "${data.terraform_remote_state.network.outputs.network_id}"


def test_a_cluster_has_as_many_nodes_as_its_plan_in_the_region_as_databases_name_it(production, dev) -> None:
    def shape(stack, name):
        cluster = stack["resource"][CLUSTERS][name]
        return cluster["plan"], len(cluster["nodes"]), {node["region"] for node in cluster["nodes"]}

    assert shape(dev, POSTGRES) == ("essential", 1, {"GRA"})
    assert shape(dev, KAFKA) == ("business", 3, {"GRA"})
    assert shape(production, POSTGRES) == ("advanced", 3, {"EU-WEST-PAR"})
    assert shape(production, VALKEY) == ("production", 2, {"EU-WEST-PAR"})


def test_users_have_no_right_but_their_own(production) -> None:
    resources = production["resource"]
    for user in resources["ovh_cloud_project_database_postgresql_user"].values():
        assert "roles" not in user
    cache = resources["ovh_cloud_project_database_valkey_user"]["orders-cache"]
    assert cache["keys"] == ["orders:*"]
    assert cache["channels"] == ["orders.*"]
    assert cache["commands"] == []
    assert "-@dangerous" in cache["categories"]
    assert not [category for category in cache["categories"] if category in {"+@all", "+@admin", "+@dangerous"}]


def test_access_to_topics_is_what_is_published_and_subscribed(production) -> None:
    rules = {
        (rule["username"].split(".")[1].removesuffix("-events"), rule["topic"]): rule["permission"]
        for rule in production["resource"]["ovh_cloud_project_database_kafka_acl"].values()
    }
    assert rules == {
        ("orders", "order.placed"): "write",
        ("orders", "audit"): "readwrite",
        ("orders", "payment-settled"): "read",
        ("payments", "payment-settled"): "write",
        ("payments", "order.placed"): "read",
        ("mail", "order.placed"): "read",
    }


def test_terraform_destroys_no_data_outside_development(production, dev) -> None:
    for kind in HOLDS_DATA:
        for resource in production["resource"][kind].values():
            assert resource["lifecycle"]["prevent_destroy"] is True
        for resource in dev["resource"][kind].values():
            assert "prevent_destroy" not in resource.get("lifecycle", {})
    assert all(cluster["deletion_protection"] for cluster in production["resource"][CLUSTERS].values())


def test_a_store_is_made_only_for_who_asks() -> None:
    assert CLUSTERS not in data_stack(platform((SITE,))).get("resource", {})
    assert set(data_stack(platform((STOCK,)))["resource"][CLUSTERS]) == {POSTGRES}
    assert set(data_stack(platform((MAIL,)))["resource"][CLUSTERS]) == {KAFKA}


def test_a_database_lies_where_its_placement_says(production, dev) -> None:
    def cluster_of(stack, service):
        return stack["resource"]["ovh_cloud_project_database_database"][f"{service}-database"]["cluster_id"]

    assert cluster_of(production, "orders") == f"${{{CLUSTERS}.orders-cluster.id}}"
    assert cluster_of(production, "stock") == f"${{{CLUSTERS}.postgres.id}}"
    assert cluster_of(dev, "orders") == f"${{{CLUSTERS}.postgres.id}}"


def test_ports_are_told_of_every_store_with_those_of_its_pools(production) -> None:
    ports = production["output"]["store_ports"]["value"]
    assert set(ports) == {"postgres", "postgres-orders", "valkey", "kafka"}
    pool = "ovh_cloud_project_database_postgresql_connection_pool"
    assert re.findall(rf"{pool}\.([a-z-]+)\.port", ports["postgres"]) == ["payments-pool", "stock-pool"]
    assert re.findall(rf"{pool}\.([a-z-]+)\.port", ports["postgres-orders"]) == ["orders-pool"]


def test_every_reference_leads_to_something(production, dev) -> None:
    for stack in (production, dev):
        known = addresses(stack) | {f"data.{kind}.{label}" for kind in stack["data"] for label in stack["data"][kind]}
        text = json.dumps({key: stack[key] for key in ("resource", "data", "output")})
        used = set(re.findall(r"(?:data\.)?(?:ovh|terraform)_[a-z_]+\.[a-zA-Z0-9_-]+(?=\.)", text))
        assert used <= known


def test_settings_of_a_topic_come_from_who_publishes_it() -> None:
    topic = Topic(name="audit", partitions=per_env(3, production=12), replication=3, retention_hours=24)
    stack = data_stack(platform((Service(name="orders", team="commerce", publishes=("audit",), topics=(topic,)),)))
    made = stack["resource"]["ovh_cloud_project_database_kafka_topic"]["topic_audit"]
    assert (made["partitions"], made["replication"], made["retention_hours"]) == (12, 3, 24)
    assert made["min_insync_replicas"] == 2


def test_backups_stay_in_the_region_unless_told_otherwise() -> None:
    stack = data_stack(platform((STOCK,)))
    cluster = stack["resource"][CLUSTERS][POSTGRES]
    assert cluster["backup_regions"] == ["EU-WEST-PAR"]
    assert cluster["backup_time"] == "02:00:00"
    far = PRODUCTION.with_defaults()
    far = far.model_copy(
        update={"postgres": far.postgres.model_copy(update={"backup_regions": ("EU-WEST-PAR", "GRA"), "disk": 500})}
    )
    view = Platform.of(shared=SHARED, environments=(far,), services=(STOCK,)).views["production"]
    assert data_view(view).postgres.backup_regions == ("EU-WEST-PAR", "GRA")
    made = data_stack(Platform.of(shared=SHARED, environments=(far,), services=(STOCK,)))["resource"][CLUSTERS]
    assert (made[POSTGRES]["backup_regions"], made[POSTGRES]["disk_size"]) == (["EU-WEST-PAR", "GRA"], 500)


def test_all_that_a_service_with_a_database_gets(snapshot) -> None:
    shop = platform((STOCK,))
    base, whole = data_stack(shop, only=()), data_stack(shop)
    own = sorted(addresses(whole) - addresses(base))
    assert {address: whole["resource"][address.split(".")[0]][address.split(".")[1]] for address in own} == snapshot
