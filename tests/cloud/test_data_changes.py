from andamio.cloud.data_addresses import DataShape, all_addresses, topic_address
from andamio.cloud.data_changes import forgotten_addresses, moved_addresses
from andamio.model import Cache, Postgres, Service, Tombstone, Topic

CART = Service(name="cart", team="shop", database=Postgres(placement="shared"), cache=Cache(), publishes=("filled",))
BASKET = CART.model_copy(update={"name": "basket", "renamed_from": "cart"})


def test_only_what_was_renamed_moves() -> None:
    assert moved_addresses((CART,)) == ()
    moves = moved_addresses((BASKET,))
    assert tuple(before for before, _ in moves) == all_addresses("cart", DataShape.of(CART))
    assert tuple(now for _, now in moves) == all_addresses("basket", DataShape.of(CART))
    assert all(before.type == now.type for before, now in moves)


def pool_moves(service: Service) -> dict[str, str]:
    """Label of before → label after it, of a service's connection pool."""
    return {old.label: new.label for old, new in moved_addresses((service,)) if old.type.endswith("_pool")}


def test_a_service_of_several_former_names_moves_from_each_to_the_next() -> None:
    service = BASKET.model_copy(update={"renamed_from": ("cart", "trolley")})
    moves = {
        before.label: after.label for before, after in moved_addresses((service,)) if before.type.endswith("_pool")
    }
    assert moves == {"cart-pool": "trolley-pool", "trolley-pool": "basket-pool"}
    afters = [after for _, after in moved_addresses((service,))]
    assert len(afters) == len(set(afters)), "Terraform refuses two moves to one address"


def test_a_service_that_got_its_name_back_does_not_move_in_a_circle() -> None:
    service = CART.model_copy(update={"renamed_from": ("cart", "basket")})
    moves = {
        before.label: after.label for before, after in moved_addresses((service,)) if before.type.endswith("_pool")
    }
    assert moves == {"basket-pool": "cart-pool"}
    assert service.original_name == "cart"


def test_what_moves_is_not_forgotten_too() -> None:
    stone = Tombstone(service="cart", environments=("dev",), database="shared", cache=True, topics=("filled",))
    left = forgotten_addresses((BASKET,), (Topic(name="filled", replication=2),), (stone,))
    assert [address.label for address in left] == ["cart-owner_secret"]


def test_two_tombstones_forget_a_topic_once() -> None:
    stones = tuple(Tombstone(service=name, environments=("dev",), topics=("filled",)) for name in ("a", "b"))
    left = forgotten_addresses((), (), stones)
    assert left.count(topic_address("filled")) == 1
