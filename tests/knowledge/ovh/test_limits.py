from __future__ import annotations

import pytest

from andamio.knowledge.ovh import limits
from andamio.knowledge.ovh.regions import REGIONS


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (limits.NODE_POOL_NAME, "apps-a", "apps_a"),
        (limits.NODE_POOL_NAME, "a" * 51, "a" * 52),
        (limits.REGION_NAME, "US-EAST-VA-1", "us-east-va-1"),
        (limits.ZONE_NAME, "eu-west-par-a", "eu-west-par-aa-"),
        (limits.CHANNEL_PATTERN, "orders:*", "orders: *"),
        (limits.BUCKET_NAME, "dev-state", "Dev-State"),
        (limits.BUCKET_NAME, "abc", "ab"),
        (limits.TOPIC_NAME, "orders.order-placed", "order placed"),
        (limits.TOPIC_NAME, "...", ".."),
        (limits.DATABASE_NAME, "orders", "1orders"),
        (limits.DATABASE_NAME, "a" * 40, "a" * 41),
        (limits.DATABASE_USER_NAME, "orders_owner", "orders owner"),
        (limits.CONNECTION_POOL_NAME, "orders-pool", "orders.pool"),
        (limits.SECRET_PATH, "dev/orders/database", "/dev/orders"),
        (limits.SECRET_PATH, "a/b", "a//b"),
    ],
)
def test_each_rule_tells_good_names_from_bad(rule: limits.NameRule, good: str, bad: str) -> None:
    assert rule.problem(good) is None
    assert rule.problem(bad)


def test_a_problem_says_what_is_wrong() -> None:
    assert limits.NODE_POOL_NAME.problem("") == "a node pool's name has 1 to 51 characters, this one has 0"
    assert "never `_`" in limits.NODE_POOL_NAME.problem("a_b")


def test_a_line_break_at_the_end_does_not_pass() -> None:
    assert limits.TOPIC_NAME.problem("orders\n")


def test_every_known_region_and_zone_has_the_form_of_one() -> None:
    for region in REGIONS:
        assert limits.REGION_NAME.problem(region.name) is None
        assert [zone for zone in region.zones if limits.ZONE_NAME.problem(zone)] == []
