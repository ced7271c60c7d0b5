"""What a finding about data says to do is right: done, it is gone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from andamio.checks.finding import Finding
from andamio.checks.run import run
from andamio.model import Service, Tombstone, per_env
from tests.checks.planting import BASE, OLD, Plant
from tests.checks.shop import TODAY, Shop
from tests.checks.shop_output import edited, output


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


def test_a_second_rename_that_skips_a_name_is_refused_with_the_names_that_work() -> None:
    before = output(renamed("sales", renamed_from="orders").platform())
    [finding] = findings(Plant(renamed("vending", renamed_from="orders").platform(), previous=before))
    assert finding.code == "AND063"
    assert finding.file == "catalog/services/vending.py"
    assert 'Set renamed_from=("orders", "sales")' in finding.fix
    told = renamed("vending", renamed_from=("orders", "sales")).platform()
    assert findings(Plant(told, previous=before)) == []


def test_a_rename_back_says_so_too() -> None:
    before = output(renamed("sales", renamed_from="orders").platform())
    back = renamed("orders").service("mailer", calls=("orders",)).platform()
    found = {finding.code: finding for finding in findings(Plant(back, previous=before))}
    assert 'Set renamed_from=("orders", "sales")' in found["AND063"].fix
    told = renamed("orders", renamed_from=("orders", "sales")).platform()
    assert "AND062" not in {finding.code for finding in findings(Plant(told, previous=before))}


@pytest.mark.parametrize(
    ("names", "means"),
    [
        ("sales", "is the service's own name"),
        (("orders", "sales"), "is the service's own name"),
        (("orders", "orders"), "stands there twice in a row"),
        (("orders", "nightly"), "a service of that name is in the catalog"),
    ],
)
def test_former_names_lead_from_one_to_the_next(names: tuple[str, ...] | str, means: str) -> None:
    [finding] = [f for f in findings(Plant(renamed(renamed_from=names).platform())) if f.code == "AND062"]
    assert finding.means == means


def test_two_services_have_no_former_name_in_common() -> None:
    shop = renamed(renamed_from=("orders", "sold")).service("stock", renamed_from=("store", "sold"))
    [finding] = [f for f in findings(Plant(shop.platform())) if f.code == "AND062"]
    assert (finding.at, finding.means) == ("stock.renamed_from", "sales was renamed from it too")


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


def test_data_moves_over_several_steps_in_the_eyes_of_terraform() -> None:
    platform = BASE.platform()
    kind = "ovh_cloud_project_database_database"

    def moved_to(*labels: str) -> Any:
        def edit(stacks: Any, documents: Any) -> None:
            databases = stacks["production-data"]["resource"][kind]
            databases["store-database"] = databases.pop("stock-database")
            steps = ("stock", *labels)
            stacks["production-data"]["moved"] = [
                {"from": f"{kind}.{old}-database", "to": f"{kind}.{new}-database"} for old, new in pairwise(steps)
            ]

        return edit

    now = output(platform)
    assert findings(Plant(platform, edited(now, moved_to("shelf", "store")), OLD)) == []
    assert [f.code for f in findings(Plant(platform, edited(now, moved_to("shelf")), OLD))] == ["AND068"]
    assert [f.code for f in findings(Plant(platform, edited(now, moved_to("shelf", "stock")), OLD))] == ["AND068"]


def test_the_first_synthesis_has_nothing_to_lose() -> None:
    from andamio.checks.output import Output

    assert findings(Plant(BASE.platform(), output(BASE.platform()), Output())) == []
