from hypothesis import given
from hypothesis import strategies as st

from andamio.knowledge.harbor import PATTERN_LENGTH, tag_patterns

SHAS = st.lists(st.text("0123456789abcdef", min_size=40, max_size=40), max_size=400)


def matched(pattern: str) -> list[str]:
    """What a pattern of ours matches, as Harbor reads it: a list in braces, or one tag."""
    return pattern[1:-1].split(",") if pattern.startswith("{") else [pattern]


@given(SHAS)
def test_patterns_match_each_tag_once_and_none_beside(tags) -> None:
    patterns = tag_patterns(tags)
    assert [tag for pattern in patterns for tag in matched(pattern)] == sorted(set(tags))
    assert all(len(pattern) <= PATTERN_LENGTH for pattern in patterns)


@given(SHAS, st.randoms())
def test_the_order_of_tags_does_not_matter(tags, random) -> None:
    shuffled = list(tags)
    random.shuffle(shuffled)
    assert tag_patterns(shuffled) == tag_patterns(tags)


def test_one_tag_stands_without_braces() -> None:
    assert tag_patterns(["a"]) == ("a",)
    assert tag_patterns(["b", "a"]) == ("{a,b}",)
    assert tag_patterns([]) == ()


def test_a_pattern_is_filled_before_the_next_one_begins() -> None:
    tags = [f"{number:040x}" for number in range(1500)]
    first, *_, last = tag_patterns(tags)
    assert PATTERN_LENGTH - 41 < len(first) <= PATTERN_LENGTH
    assert len(last) <= len(first)
    assert len(tag_patterns(tags)) == 16
