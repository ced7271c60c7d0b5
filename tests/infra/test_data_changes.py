"""Services with data that are renamed, go, or give up a part: what the data stack keeps, moves and forgets."""

import json
import re

import pytest

from andamio.cloud.data_addresses import DataShape, all_addresses, topic_address
from andamio.contract.stores import KAFKA, POSTGRES, VALKEY
from andamio.model import Cache, Postgres, Service, Tombstone
from tests.infra.builtin_terraform import applied, builtin, needs_terraform, planned
from tests.infra.small_shop import (
    ALL,
    MAIL,
    ORDERS,
    PAYMENTS,
    SITE,
    STOCK,
    addresses,
    data_stack,
    platform,
)

CLUSTERS = "ovh_cloud_project_database"


def renamed(service, name):
    return service.model_copy(update={"name": name, "renamed_from": service.name})


@pytest.mark.parametrize("service", [ORDERS, PAYMENTS, STOCK, MAIL])
@pytest.mark.parametrize("env", ["dev", "production"])
def test_a_rename_moves_every_resource_and_changes_none(service, env) -> None:
    others = tuple(one for one in ALL if one is not service)
    before = data_stack(platform((*others, service)), env)
    after = data_stack(platform((*others, renamed(service, "new-name"))), env)
    moves = {block["from"]: block["to"] for block in after["moved"]}

    assert set(moves) == addresses(before) - addresses(after)
    assert set(moves.values()) == addresses(after) - addresses(before)

    def contents(stack, address):
        kind, label = address.split(".", 1)
        return json.dumps(stack["resource"][kind][label])

    labels = {old.split(".", 1)[1]: new.split(".", 1)[1] for old, new in moves.items()}
    for old, new in moves.items():
        expected = re.sub(
            r"(?<=\.)[a-z_-]+(?=[.}])", lambda found: labels.get(found[0], found[0]), contents(before, old)
        )
        assert contents(after, new) == expected


def test_the_cloud_names_of_a_renamed_service_stay_the_originals() -> None:
    stack = data_stack(platform((renamed(ORDERS, "baskets"),)))
    resources = stack["resource"]
    assert resources["ovh_cloud_project_database_database"]["baskets-database"]["name"] == "orders"
    assert resources[CLUSTERS]["baskets-cluster"]["description"] == "shop-production-postgres-orders"
    assert resources["ovh_cloud_project_database_valkey_user"]["baskets-cache"]["keys"] == ["orders:*"]
    assert "postgres-orders" in stack["output"]["store_ports"]["value"]
    assert {secret["path"].split("/")[1] for secret in resources["ovh_okms_secret"].values()} == {
        "orders",
        "postgres-orders",
    }


def test_a_part_brings_resources_and_data_sources_and_nothing_else() -> None:
    """Whatever is a list in Terraform's JSON is the stack's own, or parts could not be built apart."""
    shop = platform((renamed(ORDERS, "baskets"), STOCK, MAIL))
    base, whole = data_stack(shop, only=()), data_stack(shop)
    assert whole["moved"]
    for section in (set(base) | set(whole)) - {"resource", "data"}:
        assert base[section] == whole[section]


@pytest.mark.parametrize(
    "service",
    [
        ORDERS.model_copy(update={"subscribes": ()}),
        Service(name="orders", team="commerce", database=Postgres(placement="dedicated"), publishes=("audit",)),
        STOCK,
        Service(name="cart", team="commerce", cache=Cache()),
    ],
)
@pytest.mark.parametrize("env", ["dev", "production"])
def test_a_tombstone_forgets_what_the_service_had_and_destroys_nothing(service, env) -> None:
    live = data_stack(platform((SITE, service)), env)
    view = platform((SITE, service)).views[env]
    placement = view.by_name[service.name].database and view.by_name[service.name].database.placement
    tombstone = Tombstone(
        service=service.name,
        environments=("dev", "production"),
        database=placement,
        cache=service.cache is not None,
        topics=service.publishes,
    )
    after = data_stack(platform((SITE,), tombstones=(tombstone,)), env)
    forgotten = {block["from"] for block in after["removed"]}
    assert all(block["lifecycle"] == {"destroy": False} for block in after["removed"])
    assert len(forgotten) == len(after["removed"])

    gone = addresses(live) - addresses(after)
    assert gone <= forgotten
    assert forgotten - gone <= {f"ovh_okms_secret.{service.name}-owner_secret"}
    assert not forgotten & addresses(after)


def test_a_shared_store_stays_while_a_tombstone_keeps_something_on_it() -> None:
    gone = Tombstone(
        service="stock", environments=("production",), database="shared", cache=True, topics=("stock-moved",)
    )
    after = data_stack(platform((SITE,), tombstones=(gone,)))
    assert set(after["resource"][CLUSTERS]) == {POSTGRES, VALKEY, KAFKA}
    assert CLUSTERS not in data_stack(platform((SITE,), tombstones=(gone,)), "dev").get("resource", {})


def test_a_topic_that_somebody_publishes_again_is_not_forgotten() -> None:
    gone = Tombstone(service="stock", environments=("production",), topics=("payment-settled", "stock-moved"))
    blocks = {block["from"] for block in data_stack(platform(tombstones=(gone,)))["removed"]}
    assert str(topic_address("stock-moved")) in blocks
    assert str(topic_address("payment-settled")) not in blocks


@needs_terraform
@pytest.mark.parametrize("name", ["orders", "baskets"])
def test_a_service_may_give_up_a_part_of_its_data(tmp_path, name) -> None:
    """Its tombstone keeps what it no longer declares; Terraform refuses a `removed` block for what is still there."""
    less = ORDERS.model_copy(update={"cache": None, "publishes": ("audit",)})
    if name != ORDERS.name:
        less = renamed(less, name)
    stone = Tombstone(service="orders", environments=("production",), cache=True, topics=("order.placed",))
    applied(tmp_path, builtin(data_stack(platform((ORDERS, STOCK)))))
    changes = planned(tmp_path, builtin(data_stack(platform((less, STOCK), tombstones=(stone,)))))
    forgotten = {change["address"].split("__")[1] for change in changes if change["actions"] == ["forget"]}
    assert forgotten == {"orders-cache", "orders-cache_secret", "orders-topic_order_placed", "topic_order_placed"}
    assert not [change for change in changes if "delete" in change["actions"] or "create" in change["actions"]]


@needs_terraform
def test_terraform_itself_keeps_every_resource_of_a_renamed_service(tmp_path) -> None:
    before = builtin(data_stack(platform((ORDERS, STOCK))))
    applied(tmp_path, before)
    changes = planned(tmp_path, builtin(data_stack(platform((renamed(ORDERS, "baskets"), STOCK)))))
    assert {tuple(change["actions"]) for change in changes} == {("no-op",)}
    moved = [change for change in changes if change["previous_address"]]
    assert len(moved) == len(all_addresses("orders", DataShape.of(platform().views["production"].by_name["orders"])))


@needs_terraform
@pytest.mark.parametrize("deployed", ["orders", "sales", "vending"])
def test_terraform_itself_follows_former_names_from_wherever_a_state_has_got_to(tmp_path, deployed) -> None:
    former = ("orders", "sales", "vending")
    names = former[: former.index(deployed) + 1]
    before = ORDERS.model_copy(update={"name": names[-1], "renamed_from": names[:-1]})
    applied(tmp_path, builtin(data_stack(platform((before, STOCK)))))
    after = ORDERS.model_copy(update={"name": "vending", "renamed_from": former[:-1]})
    changes = planned(tmp_path, builtin(data_stack(platform((after, STOCK)))))
    assert {tuple(change["actions"]) for change in changes} == {("no-op",)}
    moved = {change["previous_address"] for change in changes} - {None}
    assert any(f"__{deployed}-" in address for address in moved) is (deployed != "vending")


@needs_terraform
def test_terraform_itself_forgets_what_a_tombstone_keeps(tmp_path) -> None:
    applied(tmp_path, builtin(data_stack(platform((PAYMENTS, STOCK)))))
    tombstone = Tombstone(service="stock", environments=("production",), database="shared")
    changes = planned(tmp_path, builtin(data_stack(platform((PAYMENTS,), tombstones=(tombstone,)))))
    actions = {change["address"]: change["actions"] for change in changes}
    forgotten = {address for address, action in actions.items() if action == ["forget"]}
    assert len(forgotten) == 5  # database, two users, pool, credential
    assert not [address for address, action in actions.items() if "delete" in action or "create" in action]


@needs_terraform
def test_terraform_itself_would_destroy_the_data_of_a_service_that_just_goes(tmp_path) -> None:
    """The reason for tombstones: `prevent_destroy` vanishes with the block that holds it."""
    applied(tmp_path, builtin(data_stack(platform((PAYMENTS, STOCK)))))
    changes = planned(tmp_path, builtin(data_stack(platform((PAYMENTS,)))))
    assert [change for change in changes if change["actions"] == ["delete"]]
