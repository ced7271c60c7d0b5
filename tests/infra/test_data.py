import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from andamio.bindings.schema import check_terraform_json
from andamio.cloud.data_addresses import DataShape, all_addresses
from andamio.contract.platform import Platform
from andamio.contract.secrets import database_admin_link, service_links
from andamio.contract.stores import KAFKA, POSTGRES, VALKEY
from andamio.model import Cache, Postgres, Service, Tombstone, Topic, per_env
from infra.stacks.data import data_parts, data_view
from tests.infra.builtin_terraform import applied, needs_terraform, terraform
from tests.infra.small_shop import (
    ALL,
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


@pytest.mark.parametrize("name", ["orders", "payments", "stock", "mail"])
def test_a_part_is_the_same_whoever_else_has_one(name) -> None:
    shop = platform()
    base = data_stack(shop, only=())
    alone = data_stack(shop, only=(name,))
    everyone = data_stack(shop)
    added = addresses(alone) - addresses(base)
    assert added
    for address in added:
        kind, label = address.split(".", 1)
        assert alone["resource"][kind][label] == everyone["resource"][kind][label]
    for address in addresses(base):
        kind, label = address.split(".", 1)
        assert base["resource"][kind][label] == everyone["resource"][kind][label]


def test_the_stack_is_its_base_and_its_parts_and_nothing_else() -> None:
    shop = platform()
    base = data_stack(shop, only=())
    parts = [addresses(data_stack(shop, only=(service.name,))) - addresses(base) for service in ALL]
    assert addresses(base).union(*parts) == addresses(data_stack(shop))
    assert sum(map(len, parts)) == len(set().union(*parts))


def test_the_order_of_declaration_changes_nothing(production) -> None:
    assert data_stack(platform(reversed(ALL))) == production


def test_a_service_that_comes_beside_changes_no_address_and_no_resource(production) -> None:
    more = data_stack(platform((*ALL, Service(name="order", team="commerce", database=Postgres(), cache=Cache()))))
    assert addresses(production) < addresses(more)
    for kind, found in production["resource"].items():
        for label, resource in found.items():
            assert more["resource"][kind][label] == resource


def test_an_edit_that_is_not_about_data_leaves_the_view_of_a_part_alone() -> None:
    def view(service):
        return next(part.view for part in data_parts(platform((service,)).views["production"]))

    edited = ORDERS.model_copy(update={"config": {"LEVEL": "debug"}, "calls": ("payments",), "grace_period": 60})
    assert view(edited) == view(ORDERS)
    assert view(ORDERS.model_copy(update={"publishes": ()})) != view(ORDERS)


NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,12}[a-z0-9])?", fullmatch=True)
TOPICS = st.lists(st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,10}[a-z0-9])?", fullmatch=True), max_size=3, unique=True)
SHAPES = st.builds(
    DataShape,
    database=st.sampled_from([None, "shared", "dedicated"]),
    owner_secret=st.booleans(),
    cache=st.booleans(),
    topics=TOPICS.map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(NAMES, SHAPES, max_size=6))
def test_no_two_resources_share_an_address(shop) -> None:
    found = [str(address) for name, shape in shop.items() for address in all_addresses(name, shape)]
    found += [f"{CLUSTERS}.{label}" for label in (POSTGRES, VALKEY, KAFKA)]
    found += ["ovh_okms_secret.postgres_admin", "ovh_cloud_project_database_postgresql_user.postgres_admin"]
    assert len(found) == len(set(found))
    assert all(re.fullmatch(r"[a-z_]+\.[A-Za-z_][A-Za-z0-9_-]*", address) for address in found)


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


def evaluated(folder, stack):
    """The stack's secrets and ports as Terraform computes them from attributes that are made up here."""
    made = {}
    for section in ("resource", "data"):
        for kind, found in stack[section].items():
            for label, resource in found.items():
                made.setdefault(kind, {})[label] = {
                    "id": f"id-{label}",
                    "name": resource.get("name", ""),
                    "password": f"password-{label}",
                    "port": 20185,
                    "ca": f"ca-{label}",
                    "cert": f"cert-{label}",
                    "key": f"key-{label}",
                    "endpoints": [
                        {"component": "postgresqlReadOnly", "domain": "replica", "port": 1},
                        {"component": resource.get("engine", ""), "domain": f"{label}.example", "port": 20184},
                    ],
                }

    def local(expression):
        return re.sub(r"(?:data\.)?(ovh_[a-z_]+)\.([A-Za-z_][\w-]*)", r'local.\1["\2"]', expression)

    secrets = {
        secret["path"]: local(secret["version"]["data"]) for secret in stack["resource"]["ovh_okms_secret"].values()
    }
    ports = {store: local(expression) for store, expression in stack["output"]["store_ports"]["value"].items()}
    outputs = {"secrets": {"value": secrets}, "ports": {"value": ports}}
    applied(folder, {"locals": made, "output": outputs})
    computed = json.loads(terraform(folder, "output", "-json").stdout)
    found = {path: json.loads(text) for path, text in computed["secrets"]["value"].items()}
    return found, computed["ports"]["value"]


@needs_terraform
def test_terraform_itself_computes_what_services_read(tmp_path, production) -> None:
    secrets, ports = evaluated(tmp_path, production)
    assert secrets["services/orders/database"] == {
        "host": "orders-cluster.example",
        "port": "20185",
        "database": "orders_pool",
        "username": "orders_app",
        "password": "password-orders-application",
        "ca": "ca-orders-cluster",
    }
    assert secrets["services/orders/database-owner"] == {
        "host": "orders-cluster.example",
        "port": "20184",
        "database": "orders",
        "username": "orders_owner",
        "password": "password-orders-owner",
        "ca": "ca-orders-cluster",
    }
    assert secrets["services/stock/database"]["host"] == "postgres.example"
    assert secrets["admin/postgres"] == {
        "host": "postgres.example",
        "port": "20184",
        "database": "defaultdb",
        "username": "avnadmin",
        "password": "password-postgres_admin",
        "ca": "ca-postgres",
    }
    assert secrets["services/orders/cache"] == {
        "host": "valkey.example",
        "port": "20184",
        "username": "orders",
        "password": "password-orders-cache",
        "prefix": "orders:",
    }
    assert secrets["services/mail/events"] == {
        "brokers": "kafka.example:20184",
        "certificate": "cert-mail-events",
        "key": "key-mail-events",
        "ca": "ca-kafka",
    }
    assert ports == {
        "postgres": [20184, 20185],
        "postgres-orders": [20184, 20185],
        "valkey": [20184],
        "kafka": [20184],
    }


def test_all_that_a_service_with_a_database_gets(snapshot) -> None:
    shop = platform((STOCK,))
    base, whole = data_stack(shop, only=()), data_stack(shop)
    own = sorted(addresses(whole) - addresses(base))
    assert {address: whole["resource"][address.split(".")[0]][address.split(".")[1]] for address in own} == snapshot
