"""Changes are told at the field of the catalog that makes them."""

from __future__ import annotations

from typing import Any

import pytest

from andamio.checks.run import run
from andamio.model import KeyStore, Postgres, State, Topic, per_env
from tests.checks.planting import BASE, change, orders_database, postgres
from tests.checks.shop import TODAY, Shop
from tests.checks.shop_output import edited, output


def told(changed: Shop, before: Shop = BASE) -> set[tuple[str, str, str]]:
    plant = change(changed, before)
    found = run(plant.platform, output=plant.output, previous=plant.previous, today=TODAY)
    return {(f.code, f.file.rpartition("/")[2], f.at) for f in found}


def test_a_topic_at_its_settings() -> None:
    changed = BASE.service("orders", topics=(Topic(name="order-placed", partitions=12, replication=3),))
    assert told(changed) == {("AND064", "orders.py", "orders.topics[0].partitions")}


def test_a_pool_by_its_index() -> None:
    assert told(BASE.pool("dev", 1, flavor="b3-32")) == {("AND064", "environments.py", "dev.pools[1].flavor")}


def test_a_range_of_pods() -> None:
    assert told(BASE.network("dev", pods="10.128.0.0/13")) == {("AND064", "environments.py", "dev.network.pods")}


def test_a_key_store_and_a_bucket_by_their_region() -> None:
    changed = BASE.environment("dev", keys=KeyStore(region="eu-west-rbx"), state=State(region="RBX"))
    assert told(changed) == {
        ("AND064", "environments.py", "dev.keys.region"),
        ("AND064", "environments.py", "dev.state.region"),
    }


def test_a_dedicated_cluster_in_its_service() -> None:
    before = BASE.service("orders", database=orders_database(flavor="b3-64"))
    assert told(BASE.service("orders", database=orders_database(flavor="b3-32")), before) == {
        ("AND065", "orders.py", "orders.database.cluster.flavor"),
    }


def test_a_shared_cluster_in_its_environment() -> None:
    before = BASE.environment("staging", postgres=postgres(version="17"))
    assert told(BASE.environment("staging", postgres=postgres(version="16")), before) == {
        ("AND065", "environments.py", "staging.postgres.version")
    }


def test_growing_is_fine() -> None:
    before = BASE.environment("staging", postgres=postgres(version="16", flavor="b3-16"))
    assert told(BASE.environment("staging", postgres=postgres(version="17", flavor="b3-32")), before) == set()


@pytest.mark.parametrize(("old", "new", "codes"), [("1.34", "1.35", set()), ("1.33", "1.35", {"AND122"})])
def test_a_cluster_goes_up_step_by_step(old: str, new: str, codes: set[str]) -> None:
    shop = BASE.cluster("dev", version=old).cluster("staging", version=new)
    assert {code for code, _, _ in told(shop.cluster("dev", version=new), shop)} == codes


def test_a_cluster_never_goes_back() -> None:
    before = BASE.cluster("dev", version="1.35")
    assert ("AND065", "environments.py", "dev.cluster.version") in told(BASE.cluster("dev", version="1.34"), before)


def test_what_only_terraform_knows_is_not_taken_for_a_change() -> None:
    platform = BASE.platform()

    def before(stacks: Any, documents: Any) -> None:
        kube = stacks["dev-cluster"]["resource"]["ovh_cloud_project_kube"]["cluster"]
        kube["private_network_id"] = "${data.terraform_remote_state.network.outputs.network_id}"
        kube["service_name"] = "not-deployed-yet"

    def after(stacks: Any, documents: Any) -> None:
        kube = stacks["dev-cluster"]["resource"]["ovh_cloud_project_kube"]["cluster"]
        kube["private_network_id"] = "abc"
        kube["service_name"] = "1" * 32

    now = output(platform)
    found = run(platform, output=edited(now, after), previous=edited(now, before), today=TODAY)
    assert found == []


def test_more_nodes_of_a_larger_plan_are_no_new_cluster() -> None:
    platform = BASE.platform()

    def nodes(count: int) -> Any:
        def edit(stacks: Any, documents: Any) -> None:
            clusters = stacks["staging-data"]["resource"]["ovh_cloud_project_database"]
            clusters["postgres"]["nodes"] = [{"region": "GRA", "network_id": "n"}] * count

        return edit

    now = output(platform)
    assert run(platform, output=edited(now, nodes(3)), previous=edited(now, nodes(2)), today=TODAY) == []


def test_a_change_may_be_accepted_where_it_is() -> None:
    from tests.checks.planting import accepted

    changed = BASE.pool("dev", 1, flavor="b3-32").environment(
        "dev", accepted=accepted(code="AND064", at="pools[1].flavor")
    )
    assert told(changed) == set()


def test_a_value_by_environment_is_told_for_that_environment() -> None:
    topic = Topic(name="order-placed", partitions=per_env(6, staging=9), replication=3)
    assert told(BASE.service("orders", topics=(topic,))) == {
        ("AND064", "orders.py", "orders.topics[0].partitions in staging")
    }


def test_a_database_that_moves_to_another_cluster_is_a_new_one() -> None:
    changed = BASE.service("stock", database=Postgres(placement=per_env("shared", staging="dedicated")))
    assert told(changed) == {("AND064", "stock.py", "stock.database.placement in staging")}


def test_a_cluster_that_only_moves_its_address_keeps_its_databases() -> None:
    platform = BASE.platform()
    kind = "ovh_cloud_project_database"

    def moved(stacks: Any, documents: Any) -> None:
        resources = stacks["staging-data"]["resource"]
        resources[kind]["main"] = resources[kind].pop("postgres")
        for database in resources[f"{kind}_database"].values():
            database["cluster_id"] = f"${{{kind}.main.id}}"
        stacks["staging-data"]["moved"] = [{"from": f"{kind}.postgres", "to": f"{kind}.main"}]

    now = output(platform)
    assert run(platform, output=edited(now, moved), previous=now, today=TODAY) == []
