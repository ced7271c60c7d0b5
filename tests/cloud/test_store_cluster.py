import pytest

from andamio.cloud.data_addresses import CLUSTER, Address
from andamio.cloud.store_cluster import StoreCluster, StoreNetwork, database_region, endpoint
from andamio.knowledge.ovh.databases import DATABASE_PLANS
from tests.cloud.small_stack import resources, stack

NETWORK = StoreNetwork(project="p", region="GRA", network_id="net", subnet_id="sub", allowed="10.0.0.0/20")
STORE = Address(type=CLUSTER, label="store")


def cluster(**given):
    into = stack()
    settings = {
        "name": "shop-dev-store",
        "engine": "postgresql",
        "version": "17",
        "plan": "business",
        "flavor": "db1-7",
        "maintenance_time": "03:00:00",
        "deletion_protection": True,
        "keep": True,
    }
    StoreCluster(into, "store", address=STORE, network=NETWORK, **{**settings, **given})
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
    assert not {"disk_size", "backup_time", "backup_regions"} & set(cluster(engine="kafka", plan="business"))


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
