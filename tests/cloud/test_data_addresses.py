import pytest

from andamio.cloud.data_addresses import DataShape, all_addresses, data_addresses, topic_address
from andamio.model import Migration, Postgres, Service, Tombstone


def test_addresses_follow_the_name_of_now() -> None:
    service = Service(name="baskets", team="shop", renamed_from="cart", database=Postgres(placement="shared"))
    labels = [address.label for address in all_addresses(service.name, DataShape.of(service))]
    assert labels
    assert all(label.startswith("baskets-") for label in labels)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("a", DataShape(topics=("b-topic.c",))), ("a-topic-b", DataShape(topics=("c",)))),
        (("shop", DataShape(database="dedicated")), ("shop-admin", DataShape(database="dedicated"))),
        (("shop", DataShape(database="shared", owner_secret=True)), ("shop-owner", DataShape(database="shared"))),
    ],
)
def test_names_that_look_like_a_name_and_a_role_do_not_meet(first, second) -> None:
    assert not set(all_addresses(*first)) & set(all_addresses(*second))


def test_what_a_service_has_decides_its_roles() -> None:
    shared = set(data_addresses("orders", DataShape(database="shared")))
    dedicated = set(data_addresses("orders", DataShape(database="dedicated")))
    assert dedicated - shared == {"cluster", "admin", "admin_secret"}
    assert set(data_addresses("orders", DataShape(database="shared", owner_secret=True))) - shared == {"owner_secret"}
    assert data_addresses("orders", DataShape()) == {}


def test_a_tombstone_has_the_shape_of_its_service() -> None:
    service = Service(
        name="orders",
        team="shop",
        database=Postgres(placement="dedicated"),
        migration=Migration(command=("up",)),
        publishes=("order-placed",),
    )
    left = Tombstone(service="orders", environments=("dev",), database="dedicated", topics=("order-placed",))
    assert DataShape.left_by(left) == DataShape.of(service)


def test_a_topic_with_dots_has_a_label_of_its_own() -> None:
    assert topic_address("order.placed") != topic_address("order-placed")
    assert "." not in topic_address("order.placed").label
