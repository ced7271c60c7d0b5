"""Completing what cdk8s-plus builds."""

from __future__ import annotations

import pytest

from andamio.cdk8s import App
from andamio.kubernetes.account import ServiceAccount
from andamio.kubernetes.overlay import CompletedChart, merged


def test_mappings_are_merged_and_none_removes() -> None:
    assert merged({"a": {"b": 1, "c": 2}}, {"a": {"c": None, "d": 3}}) == {"a": {"b": 1, "d": 3}}


def test_no_none_is_left_where_there_was_nothing_to_remove() -> None:
    assert merged({}, {"a": {"b": None, "c": 1}}) == {"a": {"c": 1}}


def test_named_items_are_merged_by_name_and_others_replaced() -> None:
    assert merged([{"name": "a", "x": 1}], [{"name": "a", "y": 2}, {"name": "b"}]) == [
        {"name": "a", "x": 1, "y": 2},
        {"name": "b"},
    ]
    assert merged([1, 2], [3]) == [3]


def test_merging_changes_neither_side() -> None:
    value, overlay = {"a": {"b": 1}}, {"a": {"c": 2}}
    merged(value, overlay)
    assert (value, overlay) == ({"a": {"b": 1}}, {"a": {"c": 2}})


def test_an_overlay_of_an_object_that_is_not_there_is_an_error() -> None:
    chart = CompletedChart(App(), "orders")
    chart.complete("Deployment", "orders", {})
    with pytest.raises(LookupError, match="Deployment/orders"):
        chart.to_json()


def test_several_overlays_of_one_object_add_up() -> None:
    chart = CompletedChart(App(), "orders")
    ServiceAccount(chart, "account", name="orders")
    chart.complete("ServiceAccount", "orders", {"a": 1})
    chart.complete("ServiceAccount", "orders", {"b": 2})
    (account,) = chart.to_json()
    assert (account["a"], account["b"]) == (1, 2)
