"""What a key store answers: Vault's KV version 2 as OVHcloud documents it, for whose token and policy allow it.

Routes are those of OVHcloud's guide "Using the Secret Manager with the HashiCorp Vault KV2 compliant API", shapes
those of Vault's HTTP API. `auth/token/lookup-self` is in no guide; External Secrets, which OVHcloud's guide sets up,
asks for it before it calls a store valid. Any other route is answered with 501 and its name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from andamio.sandbox.cloud.made import TIME
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.key_store.rights import READ, WRITE, is_allowed, login_of
from andamio.sandbox.models.keys import KEY_STORE, SECRET, write_secret

__all__ = ["MOUNT", "TOKEN_HEADER", "Answer", "answer"]

MOUNT: Final = "secret"
"""Where the key-value engine is mounted; OVHcloud has this one only."""

TOKEN_HEADER: Final = "X-Vault-Token"  # noqa: S105 - a header's name

_LASTING: Final = {"expire_time": None, "ttl": 0, "type": "service"}
"""A token without an end: External Secrets takes one whose `expire_time` is there and null."""

_WRITES: Final = ("POST", "PATCH")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status and JSON."""

    status: HTTPStatus
    body: Any


class _Told(Exception):  # noqa: N818 - an answer that ends a request, not a mistake
    """A refusal."""

    def __init__(self, status: HTTPStatus, *why: str) -> None:
        super().__init__(*why)
        self.answer = Answer(status=status, body={"errors": list(why)})


def answer(cloud: Cloud, method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """The answer to one request.

    Args:
        cloud: Where secrets, tokens and policies are.
        method: HTTP's.
        target: Path and query.
        headers: The token is in `X-Vault-Token`; names are compared without case.
        body: What was sent.
    """
    try:
        return _answer(cloud, method, target, {name.lower(): value for name, value in headers.items()}, body)
    except _Told as told:
        return told.answer


def _answer(cloud: Cloud, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
    parts = urlsplit(target)
    pieces = [unquote(piece) for piece in parts.path.split("/")[1:]]
    if len(pieces) < len(("api", "store", "v1", "route")) or (pieces[0], pieces[2]) != ("api", "v1"):
        raise _not_imitated(method, parts.path)
    store, route = pieces[1], pieces[3:]
    login = login_of(cloud, headers.get(TOKEN_HEADER.lower(), ""))
    if login is None:
        raise _Told(HTTPStatus.FORBIDDEN, "permission denied: no such token")
    asked = "/".join(route)
    if (method, asked) == ("GET", "auth/token/lookup-self"):
        return _ok({"display_name": login, "policies": ["default"], "renewable": False, **_LASTING})
    kind, path = "/".join(route[:2]), "/".join(route[2:])
    if kind not in (f"{MOUNT}/data", f"{MOUNT}/metadata") or not path:
        raise _not_imitated(method, parts.path)
    if method == "GET":
        _demand(cloud, login, store, READ)
        found = _found(cloud, store, path)
        if kind == f"{MOUNT}/metadata":
            return _ok(_described(found))
        _newest(found, parts.query)
        return _ok({"data": json.loads(found["version"]["data"]), "metadata": _version(found)})
    if method in _WRITES and kind == f"{MOUNT}/data":
        _demand(cloud, login, store, *WRITE)
        return _write(cloud, method, store, path, body)
    raise _not_imitated(method, parts.path)


def _demand(cloud: Cloud, login: str, store: str, *rights: str) -> None:
    if cloud.get(KEY_STORE, store) is None or not all(is_allowed(cloud, login, store, one) for one in rights):
        raise _Told(HTTPStatus.FORBIDDEN, f"permission denied: {login} has no {', '.join(rights)} on {store}")


def _found(cloud: Cloud, store: str, path: str) -> dict[str, Any]:
    found = cloud.get(SECRET, f"{store}/{path}")
    if found is None:
        raise _Told(HTTPStatus.NOT_FOUND)
    return found


def _newest(found: Mapping[str, Any], query: str) -> None:
    """Only the newest version can be read; 0 means it too."""
    asked = parse_qs(query).get("version", ["0"])[0]
    if asked not in ("0", str(found["version"]["id"])):
        raise _Told(HTTPStatus.NOT_IMPLEMENTED, f"the sandbox keeps the newest version only, not {asked}")


def _write(cloud: Cloud, method: str, store: str, path: str, body: bytes) -> Answer:
    """POST replaces the whole object, PATCH changes the keys that it names; each makes a version."""
    try:
        sent = json.loads(body)
        values, wanted = dict(sent["data"]), sent.get("options", {}).get("cas")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _Told(HTTPStatus.BAD_REQUEST, "no data provided") from None
    with cloud.transaction():
        before = cloud.get(SECRET, f"{store}/{path}")
        if method == "PATCH":
            values = _merged(json.loads(_found(cloud, store, path)["version"]["data"]), values)
        if wanted is not None and wanted != (before["version"]["id"] if before else 0):
            raise _Told(HTTPStatus.BAD_REQUEST, "check-and-set parameter did not match the current version")
        try:
            write_secret(cloud, store, path, values)
        except Refusal as refusal:
            raise _Told(HTTPStatus.BAD_REQUEST, refusal.detail) from None
        return _ok(_version(_found(cloud, store, path)))


def _merged(before: Any, patch: Any) -> Any:
    """RFC 7396: keys that are named are set, null removes."""
    if not isinstance(patch, dict):
        return patch
    whole = dict(before) if isinstance(before, dict) else {}
    for key, value in patch.items():
        if value is None:
            whole.pop(key, None)
        else:
            whole[key] = _merged(whole.get(key), value)
    return whole


def _version(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "created_time": TIME,
        "custom_metadata": None,
        "deletion_time": "",
        "destroyed": False,
        "version": found["version"]["id"],
    }


def _described(found: Mapping[str, Any]) -> dict[str, Any]:
    number = found["version"]["id"]
    return {
        "cas_required": False,
        "created_time": TIME,
        "current_version": number,
        "custom_metadata": None,
        "delete_version_after": "0s",
        "max_versions": found["metadata"]["max_versions"],
        "oldest_version": number,
        "updated_time": TIME,
        "versions": {str(number): {"created_time": TIME, "deletion_time": "", "destroyed": False}},
    }


def _ok(data: Any) -> Answer:
    whole = {"request_id": "", "lease_id": "", "renewable": False, "lease_duration": 0, "data": data}
    return Answer(status=HTTPStatus.OK, body={**whole, "wrap_info": None, "warnings": None, "auth": None})


def _not_imitated(method: str, path: str) -> _Told:
    return _Told(HTTPStatus.NOT_IMPLEMENTED, f"the sandbox's key store does not imitate {method} {path}")
