from __future__ import annotations

import json

import pytest

from andamio.cloud.state_access import owner_policy, plan_policy
from andamio.state.policy import lacks, reaches_beyond, same_policy

WANTED = owner_policy("b")


def policy(*statements: dict) -> str:
    return json.dumps({"Statement": list(statements)})


def test_order_and_names_of_statements_do_not_matter() -> None:
    document = json.loads(WANTED)
    shuffled = [{**s, "Sid": "other", "Action": s["Action"][::-1]} for s in document["Statement"][::-1]]
    assert same_policy(policy(*shuffled), WANTED)
    assert not lacks(policy(*shuffled), WANTED)
    assert not reaches_beyond(policy(*shuffled), WANTED)


def test_the_plan_policy_is_narrower_and_reaches_no_further() -> None:
    narrow = plan_policy("b")
    assert "s3:PutObject on arn:aws:s3:::b/*" in lacks(narrow, WANTED)
    assert reaches_beyond(narrow, WANTED) == []


def test_a_wildcard_allows_more_and_lacks_nothing() -> None:
    everything = policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    assert lacks(everything, WANTED) == []
    assert reaches_beyond(everything, WANTED) == ["s3:* on *"]


def test_a_denial_takes_away() -> None:
    document = json.loads(WANTED)
    document["Statement"].append({"Effect": "Deny", "Action": ["s3:PutObject"], "Resource": ["arn:aws:s3:::b/*"]})
    assert lacks(json.dumps(document), WANTED) == ["s3:PutObject on arn:aws:s3:::b/*"]


def test_not_action_is_seen_as_reaching_beyond() -> None:
    wide = policy({"Effect": "Allow", "NotAction": ["s3:DeleteBucket"], "Resource": ["arn:aws:s3:::b/*"]})
    assert reaches_beyond(wide, WANTED)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"Statement": [1]}', "null"])
def test_what_is_no_policy_is_another_one_and_allows_nothing_wanted(text: str) -> None:
    assert not same_policy(text, WANTED)
    assert len(lacks(text, WANTED)) == len(lacks(policy(), WANTED))
    assert reaches_beyond(text, WANTED) in (["something that we cannot read"], [])
