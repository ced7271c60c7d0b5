import pytest

from andamio.cloud.data_addresses import CLUSTER, Address
from andamio.cloud.store_cluster import StoreCluster, StoreNetwork, database_region, endpoint
from andamio.knowledge.ovh.databases import DATABASE_PLANS
from andamio.model import KafkaCluster, PostgresCluster, ValkeyCluster
from tests.cloud.small_stack import resources, stack

NETWORK = StoreNetwork(project="p", region="GRA", network_id="net", subnet_id="sub", allowed="10.0.0.0/20")
SETTINGS = {"postgresql": PostgresCluster, "valkey": ValkeyCluster, "kafka": KafkaCluster}
STORE = Address(type=CLUSTER, label="store")


def cluster(engine="postgresql", plan="business", keep=True, **settings):
    into = stack()
    model = SETTINGS[engine](plan=plan, flavor="db1-7", deletion_protection=True, **settings)
    StoreCluster(
        into,
        "store",
        address=STORE,
        name="shop-dev-store",
        engine=engine,
        settings=model,
        network=NETWORK,
        keep=keep,
    )
    return resources(into, CLUSTER)["store"]


@pytest.mark.parametrize("plan", DATABASE_PLANS, ids=lambda plan: f"{plan.engine}-{plan.name}")
def test_a_plan_gets_a_block_for_each_of_its_nodes(plan) -> None:
    made = cluster(engine=plan.engine, plan=plan.name)
    assert made["nodes"] == [{"region": "GRA", "network_id": "net", "subnet_id": "sub"}] * plan.nodes


def test_nobody_but_the_nodes_may_connect() -> None:
    assert cluster()["ip_restrictions"] == [{"ip": "10.0.0.0/20", "description": "nodes"}]


@pytest.mark.parametrize("keep", [True, False])
def test_what_is_kept_terraform_refuses_to_destroy(keep) -> None:
    assert bool(cluster(keep=keep).get("lifecycle", {}).get("prevent_destroy")) is keep


def test_making_a_cluster_may_take_longer_than_the_providers_default() -> None:
    """A create that times out leaves a cluster outside the state (the provider's default is 40 minutes)."""
    assert int(cluster()["timeouts"]["create"].removesuffix("m")) > 40


def test_an_unknown_plan_is_an_error() -> None:
    with pytest.raises(ValueError, match="postgresql has no plan 'bussiness'"):
        cluster(plan="bussiness")


def test_arguments_that_an_engine_does_not_have_are_left_out() -> None:
    for engine in ("kafka", "valkey"):
        assert not {"disk_size", "backup_time", "backup_regions"} & set(cluster(engine=engine))


def test_backups_are_kept_in_the_clusters_own_region_unless_others_are_named() -> None:
    assert cluster()["backup_regions"] == ["GRA"]
    assert cluster(backup_regions=("GRA", "SBG"))["backup_regions"] == ["GRA", "SBG"]
    assert cluster(disk=320)["disk_size"] == 320
    assert "disk_size" not in cluster()


def test_databases_name_the_site_and_not_the_region() -> None:
    assert [database_region(name) for name in ("GRA11", "DE1", "EU-WEST-PAR", "NEW9")] == [
        "GRA",
        "DE",
        "EU-WEST-PAR",
        "NEW9",
    ]


def test_an_endpoint_is_found_by_its_component() -> None:
    expression = endpoint(STORE, "kafka", "port")
    assert expression.startswith("[for endpoint in ovh_cloud_project_database.store.endpoints : endpoint.port if ")
    assert 'endpoint.component == "kafka"' in expression
