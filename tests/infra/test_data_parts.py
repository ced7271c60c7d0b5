"""The stack of an environment's data is put together from a part for each service."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from andamio.cloud.data_addresses import DataShape, all_addresses
from andamio.contract.stores import KAFKA, POSTGRES, VALKEY
from andamio.model import Cache, Postgres, Service
from infra.stacks.data import data_parts
from tests.infra.small_shop import (
    ALL,
    ORDERS,
    addresses,
    data_stack,
    platform,
)


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


def test_the_order_of_declaration_changes_nothing() -> None:
    assert data_stack(platform(reversed(ALL))) == data_stack(platform())


def test_a_service_that_comes_beside_changes_no_address_and_no_resource() -> None:
    production = data_stack(platform())
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
    found += [f"ovh_cloud_project_database.{label}" for label in (POSTGRES, VALKEY, KAFKA)]
    found += ["ovh_okms_secret.postgres_admin", "ovh_cloud_project_database_postgresql_user.postgres_admin"]
    assert len(found) == len(set(found))
    assert all(re.fullmatch(r"[a-z_]+\.[A-Za-z_][A-Za-z0-9_-]*", address) for address in found)
