import pytest
from hypothesis import given
from hypothesis import strategies as st

from andamio.cloud.image_keeping import (
    MAX_RULES,
    PATTERN_LENGTH,
    immutable_patterns,
    mark,
    retention_rules,
    tag_patterns,
)

SHAS = st.lists(st.text("0123456789abcdef", min_size=40, max_size=40), max_size=400)


def matched(pattern: str) -> list[str]:
    """What a pattern of ours matches, as Harbor reads it: a list in braces, or one tag."""
    return pattern[1:-1].split(",") if pattern.startswith("{") else [pattern]


@given(SHAS)
def test_patterns_match_each_tag_once_and_none_beside(tags) -> None:
    patterns = tag_patterns(tags, MAX_RULES)
    assert [tag for pattern in patterns for tag in matched(pattern)] == sorted(set(tags))
    assert all(len(pattern) <= PATTERN_LENGTH for pattern in patterns)


@given(SHAS, st.randoms())
def test_the_order_of_tags_does_not_matter(tags, random) -> None:
    shuffled = list(tags)
    random.shuffle(shuffled)
    assert tag_patterns(shuffled, MAX_RULES) == tag_patterns(tags, MAX_RULES)


def test_one_tag_stands_without_braces() -> None:
    assert tag_patterns(["a"], 1) == ("a",)
    assert tag_patterns(["b", "a"], 1) == ("{a,b}",)
    assert tag_patterns([], 1) == ()


def test_more_tags_than_harbor_has_rules_for_are_refused_in_words() -> None:
    tags = [f"{number:040x}" for number in range(1500)]
    with pytest.raises(ValueError, match="1500 released tags need 16 rules and Harbor takes 13"):
        retention_rules(["dev"], tags, 20)


@given(SHAS)
def test_what_runs_and_what_a_release_names_is_always_kept(tags) -> None:
    rules = retention_rules(["dev", "production"], tags, 7)
    assert len(rules) <= MAX_RULES
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
