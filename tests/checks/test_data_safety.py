"""What a finding about data says to do is right: done, it is gone."""

from __future__ import annotations

from typing import Any

import pytest

from andamio.checks.finding import Finding
from andamio.checks.run import run
from andamio.model import Service, Tombstone, per_env
from tests.checks.plants import BASE, OLD, Plant
from tests.checks.shop import TODAY, Shop, edited, output


def gone() -> Shop:
    shop = BASE.without("orders").service("mailer", calls=(), subscribes=())
    for name in shop.releases:
        shop = shop.release(name, orders=None)
    return shop


def renamed(name: str = "sales", **more: Any) -> Shop:
    orders = BASE.services[0]
    fields = {field: getattr(orders, field) for field in orders.model_fields_set}
    shop = gone().add(Service(**{**fields, "name": name, **more}))
    return shop.service("mailer", subscribes=("order-placed",))


def findings(plant: Plant) -> list[Finding]:
    return run(plant.platform, output=plant.output, previous=plant.previous, today=TODAY)


def tombstone(finding: Finding) -> Tombstone:
    """The one that a finding tells to add, as Python reads it."""
    stone = eval(finding.fix[finding.fix.index("Tombstone(") :], {"Tombstone": Tombstone, "per_env": per_env})  # noqa: S307
    assert isinstance(stone, Tombstone)
    return stone


def test_the_tombstone_that_a_finding_writes_heals_it() -> None:
    [finding] = findings(Plant(gone().platform(), previous=OLD))
    assert finding.code == "AND060"
    stone = tombstone(finding)
    assert stone == Tombstone(
        service="orders",
        environments=("dev", "production", "staging"),
        database=per_env("shared", production="dedicated"),
        topics=("order-placed",),
    )
    assert findings(Plant(gone().bury(stone).platform(), previous=OLD)) == []


def test_a_rename_that_is_told_is_fine() -> None:
    assert [f.code for f in findings(Plant(renamed().platform(), previous=OLD))] == ["AND063"]
    assert findings(Plant(renamed(renamed_from="orders").platform(), previous=OLD)) == []


def test_after_the_rename_was_published_it_stays_fine() -> None:
    platform = renamed(renamed_from="orders").platform()
    assert findings(Plant(platform, previous=output(platform))) == []


def test_a_second_rename_is_refused_with_the_name_that_works() -> None:
    before = output(renamed("sales", renamed_from="orders").platform())
    [finding] = findings(Plant(renamed("vending", renamed_from="orders").platform(), previous=before))
    assert finding.code == "AND063"
    assert finding.file == "catalog/services/vending.py"
    assert 'Keep the name "sales"' in finding.fix


def test_a_service_without_data_may_go() -> None:
    shop = BASE.without("nightly")
    for name in shop.releases:
        shop = shop.release(name, nightly=None)
    assert findings(Plant(shop.platform(), previous=OLD)) == []


def test_a_topic_that_somebody_else_publishes_is_not_lost() -> None:
    shop = BASE.service("orders", topics=(), publishes=()).service("stock", publishes=("order-placed",))
    assert findings(Plant(shop.platform(), previous=OLD)) == []


def test_a_topic_that_nobody_publishes_any_more_is_named() -> None:
    shop = BASE.service("orders", topics=(), publishes=()).service("mailer", subscribes=())
    [finding] = findings(Plant(shop.platform(), previous=OLD))
    assert (finding.code, finding.at) == ("AND067", "orders.publishes")
    assert "order-placed" in finding.means


@pytest.mark.parametrize("field", ["database", "cache"])
def test_a_service_may_give_data_up_by_a_tombstone(field: str) -> None:
    shop = BASE.service("stock", **{field: None})
    [finding] = findings(Plant(shop.platform(), previous=OLD))
    assert (finding.code, finding.at) == ("AND067", f"stock.{field}")
    assert findings(Plant(shop.bury(tombstone(finding)).platform(), previous=OLD)) == []


def test_removed_and_moved_blocks_keep_data_in_the_eyes_of_terraform() -> None:
    platform = BASE.platform()

    def without(stacks: Any, documents: Any) -> None:
        stacks["production-data"]["resource"]["ovh_cloud_project_database_database"].pop("stock-database")

    def forgotten(stacks: Any, documents: Any) -> None:
        without(stacks, documents)
        block = {"from": "ovh_cloud_project_database_database.stock-database", "lifecycle": {"destroy": False}}
        stacks["production-data"]["removed"] = [block]

    def moved(stacks: Any, documents: Any) -> None:
        databases = stacks["production-data"]["resource"]["ovh_cloud_project_database_database"]
        databases["store-database"] = databases.pop("stock-database")
        address = "ovh_cloud_project_database_database"
        stacks["production-data"]["moved"] = [{"from": f"{address}.stock-database", "to": f"{address}.store-database"}]

    now = output(platform)
    assert [f.code for f in findings(Plant(platform, edited(now, without), OLD))] == ["AND068"]
    assert findings(Plant(platform, edited(now, forgotten), OLD)) == []
    assert findings(Plant(platform, edited(now, moved), OLD)) == []


def test_the_first_synthesis_has_nothing_to_lose() -> None:
    from andamio.checks.output import Output

    assert findings(Plant(BASE.platform(), output(BASE.platform()), Output())) == []
