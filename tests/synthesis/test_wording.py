"""Two versions of plain data differ in words: by field, and lists by what is in them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from andamio.synthesis.wording import in_words


def told(old: Any, new: Any) -> list[str]:
    return list(in_words({"at": old}, {"at": new}))


def test_equal_data_has_no_words() -> None:
    value = {"a": [{"name": "x", "b": [1, {}]}], "c": None}
    assert list(in_words(value, value)) == []


def test_a_field_that_changes_comes_or_goes_is_a_line() -> None:
    old, new = {"a": 1, "b": {"c": "x"}, "d": True}, {"a": 2, "b": {"c": "x", "e": "y"}}
    assert list(in_words(old, new)) == ["a: 1 → 2", "b.e: y (new)", "d: true goes"]


def test_a_value_that_becomes_an_object_is_told_from_both_sides() -> None:
    assert told("x", {"y": 1}) == ["at: x goes", "at.y: 1 (new)"]


@pytest.mark.parametrize("key", ["name", "key", "namespace", "secretKey", "hostname"])
def test_one_more_item_is_one_line_wherever_it_stands(key: str) -> None:
    items = [{key: name, "server": "here"} for name in ("a", "b", "c", "d")]
    for position in range(4):
        fewer = items[:position] + items[position + 1 :]
        name = items[position][key]
        assert told(fewer, items) == [f"at: + {name} (server: here)"]
        assert told(items, fewer) == [f"at: - {name} (server: here)"]


def test_an_item_that_changes_is_told_by_its_name_and_its_fields() -> None:
    old = [{"name": "a", "port": 1}, {"name": "b", "port": 2}]
    new = [{"name": "c", "port": 9}, {"name": "b", "port": 3}, {"name": "a", "port": 1}]
    assert told(old, new) == ["at[b].port: 2 → 3", "at: + c (port: 9)"]


def test_plain_values_come_and_go() -> None:
    assert told(["orders", "payments"], ["coupons", "orders"]) == ["at: - payments", "at: + coupons"]
    assert told(["a", "a"], ["a"]) == ["at: - a"]


def test_items_without_a_name_are_paired_with_those_that_are_alike() -> None:
    old = [{"to": {"pod": "a"}, "ports": [{"port": 80, "protocol": "TCP"}]}]
    new = [{"to": {"pod": "z"}}, {"to": {"pod": "a"}, "ports": [{"port": 81, "protocol": "TCP"}]}]
    assert told(old, new) == ["at[1].ports[0].port: 80 → 81", 'at: + {"to": {"pod": "z"}}']


def test_another_order_alone_is_said_as_such() -> None:
    assert told(["--a", "--b"], ["--b", "--a"]) == ["at: in another order"]
    assert told([{"name": "a"}, {"name": "b"}], [{"name": "b"}, {"name": "a"}]) == ["at: in another order"]


def test_long_values_are_cut_and_stay_on_one_line() -> None:
    (line,) = told("x", "y\n" * 100)
    assert "\n" not in line
    assert line.endswith("...")
    assert len(line) < 80


PLAIN = st.recursive(
    st.sampled_from([0, 1, "a", "b", None]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "kind", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(old=PLAIN, new=PLAIN)
def test_what_differs_always_has_words(old: Any, new: Any) -> None:
    """Whatever plain data changes, nobody is told that nothing did, and nobody is told of what did not."""
    assert bool(told(old, new)) == (old != new)
