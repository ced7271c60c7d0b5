from hypothesis import given
from hypothesis import strategies as st

from andamio.cloud.image_keeping import immutable_patterns, mark, retention_rules
from andamio.knowledge.harbor import RULES
from tests.knowledge.test_harbor import matched

SHAS = st.lists(st.text("0123456789abcdef", min_size=40, max_size=40), max_size=400)


@given(SHAS)
def test_what_runs_and_what_a_release_names_is_always_kept(tags) -> None:
    rules = retention_rules(["dev", "production"], tags, 7)
    assert len(rules) <= RULES
    kept = {tag for rule in rules if rule.get("always_retain") for tag in matched(rule["tag_matching"])}
    assert kept == {mark("dev"), mark("production"), *tags}
    assert {rule["repo_matching"] for rule in rules} == {"**"}


def test_beside_those_the_most_recently_pushed_are_kept() -> None:
    assert [rule for rule in retention_rules(["dev"], [], 7) if "always_retain" not in rule] == [
        {"most_recently_pushed": 7, "repo_matching": "**", "tag_matching": "**", "untagged_artifacts": False}
    ]


@given(SHAS)
def test_released_tags_are_immutable_and_marks_can_move(tags) -> None:
    fixed = {tag for pattern in immutable_patterns(tags) for tag in matched(pattern)}
    assert fixed == set(tags)
    assert mark("dev") not in fixed


@given(SHAS)
def test_whatever_is_immutable_is_kept_anyway(tags) -> None:
    kept = {tag for rule in retention_rules(["dev"], tags, 1) for tag in matched(rule["tag_matching"])}
    assert {tag for pattern in immutable_patterns(tags) for tag in matched(pattern)} <= kept
