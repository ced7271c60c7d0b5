from __future__ import annotations

import pytest

from andamio.knowledge.ovh.flavors import FLAVORS, flavor, nearest_flavor


@pytest.mark.parametrize(
    ("name", "vcpus", "memory"),
    [("b3-8", 2, 8), ("b3-256", 64, 256), ("c3-4", 2, 4), ("r3-16", 2, 16), ("r3-64", 8, 64), ("d2-8", 4, 8)],
)
def test_sizes(name: str, vcpus: int, memory: int) -> None:
    known = flavor(name)
    assert (known.vcpus, known.memory_gib) == (vcpus, memory)


def test_a_node_keeps_a_part_for_itself() -> None:
    node = flavor("b3-8")
    assert node.allocatable_millicores == 1840
    assert node.allocatable_memory_mib == 6602


def test_every_node_has_room_left() -> None:
    for known in FLAVORS:
        assert 0 < known.allocatable_millicores < known.vcpus * 1000
        assert 0 < known.allocatable_memory_mib < known.memory_gib * 1024


def test_unknown_flavors() -> None:
    assert flavor("b3-7") is None
    assert nearest_flavor("b3_16") == "b3-16"
    assert len({known.name for known in FLAVORS}) == len(FLAVORS)
