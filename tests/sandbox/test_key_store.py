"""The key stores' API: who may read and write, what is told, and that whatever is not imitated says so."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from andamio.engines.errors import StartError
from andamio.engines.processes import listens
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.key_store import KeyStore
from andamio.sandbox.key_store.answers import Answer, answer
from andamio.sandbox.models.keys import write_secret

STORE, OTHER = "store-1", "store-2"
PATH = "services/shop/database"
HERE = f"/api/{STORE}/v1/secret/data/{PATH}"
READS = ["okms:apikms:secret/get", "okms:apikms:secret/version/getData"]


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """Two key stores, a reader and a writer of the first, and somebody without rights; the token is the login."""
    made = Cloud(tmp_path / "cloud.sqlite")
    for store in (STORE, OTHER):
        made.put("ovh_okms", store, {"id": store, "iam": {"urn": f"urn:v1:eu:resource:okms:{store}"}})
        write_secret(made, store, PATH, {"password": f"of {store}", "port": "5432"})
    for login, actions in {"reader": READS, "writer": ["okms:apikms:secret/*"], "nobody": []}.items():
        urn = f"urn:v1:eu:identity:user:sandbox/{login}"
        made.put("ovh_me_identity_user", login, {"urn": urn, "group": "none"})
        made.put("ovh_me_identity_user_token", f"{login}/t", {"user_login": login, "token": login})
        policy = {"identities": [urn], "resources": [f"urn:v1:eu:resource:okms:{STORE}"], "allow": actions}
        made.put("ovh_iam_policy", login, policy)
    yield made
    made.close()


def _ask(cloud: Cloud, token: str, path: str = HERE, method: str = "GET", body: Any = None) -> Answer:
    return answer(cloud, method, path, {"X-Vault-Token": token}, json.dumps(body).encode())


def test_who_may_read_gets_values_as_key_value_version_2_tells_them(cloud: Cloud) -> None:
    told = _ask(cloud, "reader")
    assert told.status == HTTPStatus.OK
    assert told.body["data"]["data"] == {"password": f"of {STORE}", "port": "5432"}
    assert told.body["data"]["metadata"]["version"] == 1


def test_header_names_are_compared_without_case(cloud: Cloud) -> None:
    assert answer(cloud, "GET", HERE, {"x-vault-token": "reader"}).status == HTTPStatus.OK


@pytest.mark.parametrize("token", ["", "unknown", "nobody"])
def test_others_are_forbidden_also_to_ask_whether_something_is_there(cloud: Cloud, token: str) -> None:
    for path in (HERE, f"/api/{STORE}/v1/secret/data/not/there", HERE.replace("/data/", "/metadata/")):
        assert _ask(cloud, token, path).status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("store", [OTHER, "store-3"])
def test_a_token_reads_the_store_of_its_policy_and_no_other(cloud: Cloud, store: str) -> None:
    assert _ask(cloud, "reader", HERE.replace(STORE, store)).status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("kind", ["ovh_me_identity_user_token", "ovh_iam_policy", "ovh_me_identity_user"])
def test_what_is_revoked_forbids_at_once(cloud: Cloud, kind: str) -> None:
    cloud.remove(kind, "reader/t" if kind.endswith("token") else "reader")
    assert _ask(cloud, "reader").status == HTTPStatus.FORBIDDEN


def test_a_policy_that_denies_weighs_more_than_one_that_allows(cloud: Cloud) -> None:
    body = {**(cloud.get("ovh_iam_policy", "reader") or {}), "allow": [], "deny": ["okms:apikms:secret/version/*"]}
    cloud.put("ovh_iam_policy", "denied", body)
    assert _ask(cloud, "reader").status == HTTPStatus.FORBIDDEN


def test_what_a_policy_leaves_out_is_not_allowed(cloud: Cloud) -> None:
    body = {**(cloud.get("ovh_iam_policy", "reader") or {}), "except": ["okms:apikms:secret/version/getData"]}
    cloud.put("ovh_iam_policy", "reader", body)
    assert _ask(cloud, "reader").status == HTTPStatus.FORBIDDEN


def test_a_missing_secret_is_not_found(cloud: Cloud) -> None:
    told = _ask(cloud, "reader", f"/api/{STORE}/v1/secret/data/not/there")
    assert (told.status, told.body) == (HTTPStatus.NOT_FOUND, {"errors": []})


def test_each_write_makes_a_version_and_the_newest_alone_is_kept(cloud: Cloud) -> None:
    made = _ask(cloud, "writer", method="POST", body={"data": {"password": "new"}})
    assert (made.status, made.body["data"]["version"]) == (HTTPStatus.OK, 2)
    assert _ask(cloud, "reader").body["data"]["data"] == {"password": "new"}
    assert _ask(cloud, "reader", f"{HERE}?version=2").status == HTTPStatus.OK
    assert _ask(cloud, "reader", f"{HERE}?version=1").status == HTTPStatus.NOT_IMPLEMENTED
    described = _ask(cloud, "reader", HERE.replace("/data/", "/metadata/")).body["data"]
    assert (described["current_version"], list(described["versions"])) == (2, ["2"])


def test_patch_changes_the_keys_that_it_names(cloud: Cloud) -> None:
    _ask(cloud, "writer", method="PATCH", body={"data": {"password": "new", "port": None, "host": "db"}})
    assert _ask(cloud, "reader").body["data"]["data"] == {"password": "new", "host": "db"}
    missing = _ask(cloud, "writer", f"/api/{STORE}/v1/secret/data/new", "PATCH", {"data": {}})
    assert missing.status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(("cas", "status"), [(1, HTTPStatus.OK), (0, HTTPStatus.BAD_REQUEST)])
def test_a_write_may_demand_the_version_that_it_replaces(cloud: Cloud, cas: int, status: HTTPStatus) -> None:
    body = {"data": {"password": "new"}, "options": {"cas": cas}}
    assert _ask(cloud, "writer", method="POST", body=body).status == status


@pytest.mark.parametrize("body", [None, {}, {"data": None}, [], {"data": {"x": "y" * 70_000}}])
def test_what_is_no_secret_is_refused_and_nothing_changes(cloud: Cloud, body: Any) -> None:
    assert _ask(cloud, "writer", method="POST", body=body).status == HTTPStatus.BAD_REQUEST
    assert _ask(cloud, "reader").body["data"]["metadata"]["version"] == 1


def test_a_reader_writes_nothing(cloud: Cloud) -> None:
    told = _ask(cloud, "reader", method="POST", body={"data": {"password": "new"}})
    assert told.status == HTTPStatus.FORBIDDEN
    assert _ask(cloud, "reader").body["data"]["data"]["password"] == f"of {STORE}"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", HERE),  # OVHcloud documents POST and PATCH
        ("DELETE", HERE),
        ("POST", HERE.replace("/data/", "/metadata/")),
        ("LIST", f"/api/{STORE}/v1/secret/metadata/services"),
        ("GET", f"/api/{STORE}/v1/sys/internal/ui/mounts/secret"),
        ("GET", f"/api/{STORE}/v1/secret/config"),
        ("GET", f"/api/{STORE}/v1/secret/data/"),
        ("GET", f"/api/{STORE}/v1/other/data/{PATH}"),
        ("GET", f"/api/{STORE}/v2/secret/{PATH}"),
        ("GET", "/v1/secret/data/x"),
        ("GET", "/"),
    ],
)
def test_a_route_that_is_not_imitated_says_so(cloud: Cloud, method: str, path: str) -> None:
    told = _ask(cloud, "writer", path, method, {"data": {}})
    assert told.status == HTTPStatus.NOT_IMPLEMENTED
    assert "does not imitate" in told.body["errors"][0]


def test_it_serves_the_file_that_others_write_and_ends_with_its_block(cloud: Cloud) -> None:
    def read() -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", server.ports[0], timeout=10)
        try:
            connection.request("GET", HERE, headers={"X-Vault-Token": "reader"})
            return json.load(connection.getresponse())["data"]["data"]["password"]
        finally:
            connection.close()

    with KeyStore(cloud.path) as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert read() == f"of {STORE}"
        write_secret(cloud, STORE, PATH, {"password": "new"})
        assert read() == "new"
        ports = server.ports
    assert not listens(ports[0])
    with KeyStore(cloud.path, ports=ports) as server:
        assert read() == "new"


def test_a_file_that_is_no_cloud_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "cloud.sqlite").write_text("no database at all, but long enough to be looked at" * 40)
    with pytest.raises(StartError, match="cannot be read as a cloud") as told, KeyStore(tmp_path / "cloud.sqlite"):
        pass
    assert "Traceback" not in str(told.value)
