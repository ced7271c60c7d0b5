from __future__ import annotations

from andamio.knowledge.nearest import nearest


def test_a_typing_mistake_finds_its_name() -> None:
    assert nearest("refreshIntervall", ["refreshInterval", "target", "data"]) == "refreshInterval"


def test_case_does_not_matter() -> None:
    assert nearest("REPLICACOUNT", ["replicaCount"]) == "replicaCount"


def test_nothing_close_finds_nothing() -> None:
    assert nearest("zebra", ["replicaCount", "image"]) is None


def test_the_order_of_the_known_names_changes_nothing() -> None:
    known = ["limit", "limits", "limited"]
    assert nearest("limitz", known) == nearest("limitz", reversed(known))


def test_what_alone_begins_with_the_name_is_meant() -> None:
    known = ["production", "inventory", "inverse"]
    assert nearest("prod", known) == "production"
    assert nearest("PROD", known) == "production"
    assert nearest("in", known) is None
    assert nearest("", known) is None
