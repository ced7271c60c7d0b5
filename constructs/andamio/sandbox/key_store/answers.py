"""What a key store answers: reads of Vault's KV version 2, for whoever has a token and a policy that lets them.

Shapes are those of Vault's HTTP API (KV secrets engine version 2); that OVHcloud's key store speaks it below
`/api/<id>/v1/` is in OVHcloud's guide for External Secrets and in its SDK. What is not a read of External Secrets is
not imitated, and says so.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from andamio.sandbox.cloud.made import TIME
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.models.keys import KEY_STORE, SECRET

__all__ = ["READ", "Answer", "answer"]

READ: Final = "okms:apikms:secret/version/getData"
"""The right to read a secret's value."""

_TOKEN: Final = "ovh_me_identity_user_token"  # noqa: S105 - a resource type
_USER: Final = "ovh_me_identity_user"
_POLICY: Final = "ovh_iam_policy"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status and JSON."""

    status: HTTPStatus
    body: Any


def answer(cloud: Cloud, method: str, target: str, headers: Mapping[str, str]) -> Answer:
    """The answer to one request.

    Args:
        cloud: Where secrets, tokens and policies are.
        method: `GET` is imitated.
        target: Path and query.
        headers: The token is in `X-Vault-Token`.
    """
    parts = [unquote(part) for part in urlsplit(target).path.split("/")[1:]]
    if len(parts) < 4 or parts[0] != "api" or parts[2] != "v1":
        return _refused(HTTPStatus.NOT_FOUND, f"no handler for route {target}")
    store, route = parts[1], parts[3:]
    if method != "GET" or route[:2] not in (["secret", "data"], ["secret", "metadata"], ["auth", "token"]):
        return _refused(
            HTTPStatus.NOT_IMPLEMENTED, f"the sandbox's key store does not imitate {method} /{'/'.join(route)}"
        )
    user = _user(cloud, headers.get("X-Vault-Token", ""))
    if user is None:
        return _refused(HTTPStatus.FORBIDDEN, "permission denied: no such token")
    if route[0] == "auth":
        return _self(user) if route == ["auth", "token", "lookup-self"] else _refused(HTTPStatus.NOT_IMPLEMENTED, "")
    if cloud.get(KEY_STORE, store) is None or not _may_read(cloud, user, store):
        return _refused(HTTPStatus.FORBIDDEN, f"permission denied: {user} may not read key store {store}")
    found = cloud.get(SECRET, f"{store}/{'/'.join(route[2:])}")
    if found is None:
        return Answer(status=HTTPStatus.NOT_FOUND, body={"errors": []})
    version = {
        "created_time": TIME,
        "custom_metadata": None,
        "deletion_time": "",
        "destroyed": False,
        "version": found["version"]["id"],
    }
    if route[1] == "metadata":
        number = found["version"]["id"]
        described = {"current_version": number, "created_time": TIME, "updated_time": TIME, "custom_metadata": None}
        return _ok({**described, "versions": {str(number): version}})
    return _ok({"data": json.loads(found["version"]["data"]), "metadata": version})


def _user(cloud: Cloud, token: str) -> str | None:
    """Login of whoever has this token."""
    for one in cloud.find(_TOKEN) if token else ():
        if one.body.get("token") == token:
            return str(one.body["user_login"])
    return None


def _may_read(cloud: Cloud, login: str, store: str) -> bool:
    """Whether a policy lets this user read a key store's secrets, and none denies it."""
    user, place = cloud.get(_USER, login), cloud.get(KEY_STORE, store)
    if user is None or place is None:
        return False
    urn, allowed = f"urn:v1:eu:resource:okms:{store}", False
    for policy in cloud.find(_POLICY):
        body = policy.body
        if user["urn"] not in body["identities"] or not any(_covers(str(one), urn) for one in body["resources"]):
            continue
        if _names(body.get("deny")):
            return False
        allowed |= _names(body.get("allow")) and not _names(body.get("except"))
    return allowed


def _names(actions: Any) -> bool:
    return any(fnmatch.fnmatchcase(READ, str(action)) for action in actions or ())


def _covers(resource: str, urn: str) -> bool:
    return fnmatch.fnmatchcase(urn, resource) or urn.startswith(f"{resource}/")


def _self(user: str) -> Answer:
    return _ok({"display_name": user, "policies": ["default"], "renewable": False, "ttl": 0, "type": "service"})


def _ok(data: Any) -> Answer:
    whole = {"request_id": "", "lease_id": "", "renewable": False, "lease_duration": 0, "data": data}
    return Answer(status=HTTPStatus.OK, body={**whole, "wrap_info": None, "warnings": None, "auth": None})


def _refused(status: HTTPStatus, why: str) -> Answer:
    return Answer(status=status, body={"errors": [why]})
