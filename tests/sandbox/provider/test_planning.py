"""What a provider plans."""

from __future__ import annotations

from typing import Any

from andamio.sandbox.protocol.values import UNKNOWN
from andamio.sandbox.provider.behaviour import Behaviour, behaviour
from andamio.sandbox.provider.planning import plan, resolved

BLOCK: dict[str, Any] = {
    "attributes": {
        "id": {"type": "string", "computed": True},
        "name": {"type": "string", "required": True},
        "size": {"type": "number", "optional": True, "computed": True},
        "public": {"type": "bool", "optional": True},
        "secret": {"type": "string", "optional": True, "write_only": True},
        "tags": {"type": ["set", "string"], "optional": True},
        "text": {"type": "string", "optional": True},
    }
}
GIVEN: dict[str, Any] = {
    "id": None,
    "name": "x",
    "size": None,
    "public": None,
    "secret": "s",
    "tags": ["a", "b"],
    "text": None,
}
STATE: dict[str, Any] = {**GIVEN, "id": "1", "size": 3, "secret": None}


def _plan(prior: Any, config: dict[str, Any], **how: Any) -> Any:
    proposed = {**config}
    for name in ("id", "size"):
        if prior is not None and config[name] is None:
            proposed[name] = prior[name]
    return plan(BLOCK, Behaviour(**how), prior=prior, proposed=proposed, config=config)


def test_what_only_the_cloud_can_tell_is_unknown_when_it_is_made() -> None:
    state = _plan(None, GIVEN).state
    assert (state["id"], state["size"], state["name"], state["public"]) == (UNKNOWN, UNKNOWN, "x", None)


def test_what_is_write_only_is_never_planned() -> None:
    assert _plan(None, GIVEN).state["secret"] is None


def test_a_default_takes_the_place_of_null_and_marks_the_old_type_system() -> None:
    found = _plan(None, GIVEN, defaults={"public": False})
    assert found.state["public"] is False
    assert found.legacy


def test_nothing_changes_when_only_the_order_of_a_set_does() -> None:
    found = _plan(STATE, {**GIVEN, "tags": ["b", "a"]}, framework=True)
    assert (found.state["id"], found.state["size"]) == ("1", 3)
    assert found.replaced_by == ()


def test_an_update_keeps_what_is_known_but_the_framework_asks_again() -> None:
    changed = {**GIVEN, "text": "new"}
    assert _plan(STATE, changed).state["size"] == 3
    again = _plan(STATE, changed, framework=True, keeps=frozenset({"id"})).state
    assert (again["id"], again["size"]) == ("1", UNKNOWN)


def test_some_arguments_make_it_anew() -> None:
    how = {"recreates": frozenset({"name"})}
    assert _plan(STATE, {**GIVEN, "name": "y"}, **how).replaced_by == ("name",)
    assert _plan(STATE, {**GIVEN, "text": "y"}, **how).replaced_by == ()
    assert _plan(STATE, {**GIVEN, "text": "y"}, updatable=False).replaced_by == ("text",)


def test_a_reset_makes_a_computed_value_anew() -> None:
    how = {"renews": {"text": ("size",)}}
    assert _plan(STATE, {**GIVEN, "text": "again"}, **how).state["size"] is UNKNOWN
    assert _plan(STATE, {**GIVEN, "name": "y"}, **how).state["size"] == 3


def test_json_that_says_the_same_is_no_change() -> None:
    prior = {**STATE, "text": '{"a": 1, "b": 2}'}
    found = _plan(prior, {**GIVEN, "text": '{"b":2,"a":1}'}, json_texts=("text",))
    assert found.state["text"] == '{"a": 1, "b": 2}'
    assert _plan(prior, {**GIVEN, "text": '{"b":3,"a":1}'}, json_texts=("text",)).state["text"] == '{"b":3,"a":1}'


def test_destroying_plans_nothing() -> None:
    assert plan(BLOCK, Behaviour(), prior=STATE, proposed=None, config=None).state is None


def test_unknowns_are_filled_at_any_depth_with_one_value_or_one_each() -> None:
    planned = {"id": UNKNOWN, "rules": [{"id": UNKNOWN, "kind": "a"}, {"id": UNKNOWN, "kind": "b"}]}
    each = resolved(planned, {"id": "1", "rules": [{"id": "x"}, {"id": "y"}]})
    assert [rule["id"] for rule in each["rules"]] == ["x", "y"]
    alike = resolved(planned, {"id": "1", "rules": {"id": "z"}})
    assert alike["rules"] == [{"id": "z", "kind": "a"}, {"id": "z", "kind": "b"}]


def test_what_the_providers_do_is_known_of_both_kinds() -> None:
    assert behaviour("ovh_okms").framework
    assert "vlan_id" in behaviour("ovh_cloud_project_network_private").recreates
    assert behaviour("helm_release").defaults["timeout"] == 300
    assert not behaviour("ovh_cloud_project_database_kafka_topic").updatable
