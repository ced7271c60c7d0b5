from __future__ import annotations

import pytest

from andamio.state.errors import NoAnswerError, OutsideError, SettingError
from andamio.state.ovh import Access, ApiError, OvhApi, path
from andamio.state.secret import Secret
from tests.state.loopback import APPLICATION, TOKEN, Cloud, DropError


def client(cloud: Cloud, **settings: float) -> OvhApi:
    return OvhApi(Access.from_environment(cloud.environment()), pause=0.01, **settings)


USERS = path("cloud", "project", "p", "user")


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "No credentials"),
        ({"OVH_APPLICATION_KEY": "a"}, "OVH_APPLICATION_SECRET and OVH_CONSUMER_KEY is not"),
        ({**APPLICATION, "OVH_ACCESS_TOKEN": "t"}, "Two kinds of credentials"),
        ({"OVH_CLIENT_ID": "c", "OVH_CLIENT_SECRET": "s", "OVH_ENDPOINT": "http://127.0.0.1:1/1.0"}, "OAuth2 works"),
        ({"OVH_ACCESS_TOKEN": "t", "OVH_ENDPOINT": "ovh-ue"}, 'Did you mean "ovh-'),
        ({"OVH_ACCESS_TOKEN": "t", "OVH_ENDPOINT": "http://api.example.com/1.0"}, "clear text"),
        ({"OVH_ACCESS_TOKEN": "t", "OVH_ENDPOINT": "ftp://127.0.0.1"}, "not an address"),
        ({"OVH_ACCESS_TOKEN": "t", "OVH_ENDPOINT": "http://127.0.0.1:none"}, "not an address"),
    ],
)
def test_credentials_are_one_whole_kind(environment: dict, told: str) -> None:
    with pytest.raises(SettingError, match=told):
        Access.from_environment(environment)


def test_the_default_endpoint_is_europe() -> None:
    assert Access.from_environment({"OVH_ACCESS_TOKEN": "t"}).endpoint == "https://eu.api.ovh.com/1.0"


def test_requests_are_signed_by_application_key(cloud: Cloud) -> None:
    assert client(cloud).get(USERS) == []


def test_a_wrong_secret_is_refused_with_what_to_do(cloud: Cloud) -> None:
    api = OvhApi(Access.from_environment({**cloud.environment(), "OVH_APPLICATION_SECRET": "wrong-secret"}))
    with pytest.raises(ApiError, match=r"HTTP 403: Invalid signature.*application key may not") as caught:
        api.get(USERS)
    assert "wrong-secret" not in str(caught.value)


def test_an_access_token_needs_no_clock(cloud: Cloud) -> None:
    environment = {"OVH_ENDPOINT": f"{cloud.address}/1.0/", "OVH_ACCESS_TOKEN": TOKEN}
    assert OvhApi(Access.from_environment(environment)).get(USERS) == []
    assert [path for _, path in cloud.requests] == ["/1.0" + USERS]


@pytest.mark.parametrize("secret", ["client-secret-31cc", "another"])
def test_an_oauth2_client_fetches_one_token(cloud: Cloud, secret: str) -> None:
    access = Access(
        endpoint=f"{cloud.address}/1.0",
        token_address=f"{cloud.address}/token",
        method="OAuth2 client",
        values={"OVH_CLIENT_ID": Secret("client"), "OVH_CLIENT_SECRET": Secret(secret)},
    )
    api = OvhApi(access, pause=0.01)
    if secret == "another":  # noqa: S105
        with pytest.raises(ApiError, match="refuses the OAuth2 client"):
            api.get(USERS)
        return
    assert (api.get(USERS), api.get(USERS)) == ([], [])
    assert [path for _, path in cloud.requests].count("/token") == 1


def test_a_read_is_repeated_while_the_api_is_in_trouble(cloud: Cloud) -> None:
    answers = iter([(503, b""), (429, b""), (502, b"{}")])
    cloud.hook = lambda number, stage, method, path: next(answers, None) if stage == "before" and number > 1 else None
    assert client(cloud).get(USERS) == []
    assert len(cloud.requests) == 5


def test_a_write_is_sent_once(cloud: Cloud) -> None:
    def drop(number: int, stage: str, method: str, path: str) -> None:
        if method == "POST":
            raise DropError

    cloud.hook = drop
    with pytest.raises(NoAnswerError):
        client(cloud).post(USERS, {"description": "d", "roles": []})
    assert [method for method, _ in cloud.requests].count("POST") == 1


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ((500, b'{"message": "it \\u001b[31mburns"}'), "HTTP 500: it .31mburns"),
        ((200, b"<html>"), "does not answer with JSON"),
        ((302, b""), "HTTP 302"),
        ((401, b"{}"), "HTTP 401: no reason given.*Check"),
    ],
)
def test_what_the_api_answers_becomes_one_clean_line(cloud: Cloud, answer: tuple[int, bytes], told: str) -> None:
    cloud.hook = lambda number, stage, method, path: answer if "user" in path else None
    with pytest.raises(OutsideError, match=told) as caught:
        client(cloud).get(USERS)
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_an_api_that_hangs_is_given_up(cloud: Cloud) -> None:
    import threading

    over = threading.Event()
    cloud.hook = lambda number, stage, method, path: over.wait(5) and None
    try:
        with pytest.raises(NoAnswerError, match=r"did not answer within 0.1 s"):
            client(cloud, timeout=0.1).get(USERS)
    finally:
        over.set()
