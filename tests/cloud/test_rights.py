import re

import pytest

from andamio.cloud.rights import (
    APPLY,
    DNS_RECORDS,
    KEEP,
    PLAN,
    READ_SECRETS,
    SECRETS_FOR_APPLY,
    SECRETS_FOR_PLAN,
    dns_zone_urn,
    project_urn,
)

ALL = {
    "plan": PLAN,
    "apply": APPLY,
    "keep": KEEP,
    "dns": DNS_RECORDS,
    "read": READ_SECRETS,
    "plan secrets": SECRETS_FOR_PLAN,
    "apply secrets": SECRETS_FOR_APPLY,
}


def covers(allowed: tuple[str, ...], action: str) -> bool:
    """Whether one of `allowed` is the action or a wildcard over it."""
    return any(action == one or (one.endswith("*") and action.startswith(one[:-1])) for one in allowed)


@pytest.mark.parametrize("actions", ALL.values(), ids=list(ALL))
def test_an_action_has_the_form_that_iam_takes_and_stands_once(actions) -> None:
    assert len(set(actions)) == len(actions)
    for action in actions:
        assert re.fullmatch(r"[a-zA-Z]+:(apiovh|apikms):[a-zA-Z/0-9]*(\*|[a-zA-Z0-9])", action), action


def test_a_plan_only_reads_but_for_the_kubeconfig_which_the_provider_asks_for() -> None:
    changing = [action for action in PLAN if not re.search(r"[:/]get$", action)]
    assert changing == ["publicCloudProject:apiovh:kube/kubeconfig/create"]


@pytest.mark.parametrize("actions", [READ_SECRETS, SECRETS_FOR_PLAN])
def test_reading_a_key_store_changes_nothing(actions) -> None:
    assert not [action for action in actions if not action.endswith(("/get", "/getData"))]


def test_an_apply_may_whatever_a_plan_may() -> None:
    assert [action for action in PLAN if not covers(APPLY, action)] == []
    assert set(SECRETS_FOR_PLAN) <= set(SECRETS_FOR_APPLY)


@pytest.mark.parametrize(
    "action",
    [
        "publicCloudProject:apiovh:delete",
        "publicCloudProject:apiovh:edit",
        "publicCloudProject:apiovh:user/create",
        "publicCloudProject:apiovh:user/s3Credentials/create",
        "publicCloudProject:apiovh:region/storage/delete",
        "publicCloudProject:apiovh:containerRegistry/delete",
        "publicCloudProject:apiovh:instance/create",
        "account:apiovh:iam/policy/create",
        "account:apiovh:me/api/oauth2/client/create",
    ],
)
def test_a_pipeline_gives_itself_no_rights_and_touches_no_state_bucket(action) -> None:
    assert not covers(APPLY, action)
    assert not covers(PLAN, action)


def test_what_is_kept_is_what_a_wildcard_would_have_allowed() -> None:
    for action in KEEP:
        assert covers(APPLY, action)
        assert action.endswith(("/delete", "/reset"))


def test_dns_rights_go_to_records_and_never_to_the_zone_itself() -> None:
    changing = [action for action in DNS_RECORDS if not action.endswith(("/get", ":get"))]
    assert {action.removeprefix("dnsZone:apiovh:") for action in changing} == {
        "record/create",
        "record/edit",
        "record/delete",
        "refresh",
    }


def test_urns_name_one_project_and_one_zone() -> None:
    assert project_urn("abc") == "urn:v1:eu:resource:publicCloudProject:abc"
    assert dns_zone_urn("a.example") == "urn:v1:eu:resource:dnsZone:a.example"
