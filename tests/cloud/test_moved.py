from andamio.cdktf import Construct
from andamio.cloud.data_addresses import DATABASE, Address
from andamio.cloud.moved import Moved, Removed
from tests.cloud.small_stack import stack, synthesized

OLD, NEW, GONE = (Address(type=DATABASE, label=label) for label in ("old", "new", "gone"))


def test_blocks_of_several_places_come_together_in_one_list() -> None:
    into = stack()
    Moved(Construct(into, "a"), "moved", addresses=[(OLD, NEW)])
    Moved(Construct(into, "b"), "moved", addresses=[(GONE, OLD)])
    assert synthesized(into)["moved"] == [
        {"from": f"{DATABASE}.old", "to": f"{DATABASE}.new"},
        {"from": f"{DATABASE}.gone", "to": f"{DATABASE}.old"},
    ]


def test_what_is_removed_is_not_destroyed() -> None:
    into = stack()
    Removed(into, "removed", addresses=[GONE])
    assert synthesized(into)["removed"] == [{"from": f"{DATABASE}.gone", "lifecycle": {"destroy": False}}]


def test_nothing_to_say_leaves_no_block() -> None:
    into = stack()
    Moved(into, "moved", addresses=())
    Removed(into, "removed", addresses=())
    assert not {"moved", "removed"} & set(synthesized(into))
