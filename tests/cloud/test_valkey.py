import pytest

from andamio.cloud.data_addresses import VALKEY_USER
from andamio.cloud.valkey import ServiceCache, key_prefix
from andamio.model import Cache, Service
from tests.cloud.small_stack import access, resources, stack


def user(service):
    into = stack()
    ServiceCache(
        into,
        "cache",
        access=access(service, "valkey"),
    )
    return resources(into, VALKEY_USER)[f"{service.name}-cache"]


def test_a_user_reaches_its_own_keys_and_no_channel_unless_declared() -> None:
    made = user(Service(name="cart", team="shop", cache=Cache()))
    assert made["keys"] == ["cart:*"]
    assert made["channels"] == []
    assert made["categories"][-1] == "-@dangerous"


@pytest.mark.parametrize(("one", "other"), [("cart", "cart-expiry"), ("a", "a-b")])
def test_no_prefix_reaches_into_anothers_keys(one, other) -> None:
    first, second = (key_prefix(Service(name=name, team="shop")) for name in (one, other))
    assert not first.startswith(second)
    assert not second.startswith(first)


def test_keys_keep_the_prefix_of_the_original_name() -> None:
    assert user(Service(name="baskets", team="shop", renamed_from="cart", cache=Cache()))["keys"] == ["cart:*"]
