"""What lies in a Public Cloud project for the state: reads of the API, checked for the form that we rely on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from andamio.state.errors import OutsideError
from andamio.state.ovh import OvhApi, path
from andamio.state.secret import Secret
from andamio.state.target import Target

__all__ = ["Bucket", "User", "find_bucket", "find_users", "our_policy", "read_keys", "read_secret"]


@dataclass(frozen=True, kw_only=True)
class User:
    """A user of the project."""

    id: str
    status: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket of the project."""

    versioned: bool
    encrypted: bool
    tags: Mapping[str, str]


def find_users(api: OvhApi, target: Target) -> list[User]:
    """Users of the project whose description is the target's, those that are being deleted left out."""
    where = path("cloud", "project", target.place.project, "user")
    return [
        User(
            id=str(_value(one, "id", int)),
            status=str(one.get("status") or ""),
            roles=tuple(sorted(str(_value(role, "name", str)) for role in one.get("roles") or [])),
        )
        for one in _list(api.get(where), where)
        if one.get("description") == target.user and one.get("status") not in ("deleting", "deleted")
    ]


def find_bucket(api: OvhApi, target: Target) -> Bucket | None:
    """The target's bucket, or None."""
    place = target.place
    # One object is enough of its list of objects.
    where = path("cloud", "project", place.project, "region", place.state_region, "storage", place.bucket, limit=1)
    found = api.find(where)
    if found is None:
        return None
    if _value(found, "name", str) != place.bucket:
        raise OutsideError(f"The API gives another bucket than {place.bucket}.")
    tags = found.get("tags")
    return Bucket(
        versioned=_inner(found, "versioning", "status") == "enabled",
        encrypted=_inner(found, "encryption", "sseAlgorithm") == "AES256",
        tags={str(name): str(value) for name, value in tags.items()} if isinstance(tags, Mapping) else {},
    )


def our_policy(api: OvhApi, target: Target, user: str) -> str | None:
    """The user's S3 policy as JSON text; None when it has none, or an empty one (what the provider leaves behind)."""
    found = api.find(path("cloud", "project", target.place.project, "user", user, "policy"))
    text = found.get("policy") if isinstance(found, Mapping) else None
    if text is None or not str(text).strip():
        return None
    try:
        document = json.loads(text)
    except ValueError:
        return str(text)
    return str(text) if not isinstance(document, Mapping) or document.get("Statement") else None


def read_keys(api: OvhApi, target: Target, user: str) -> list[str]:
    """Access keys of the user's S3 credentials, sorted."""
    where = path("cloud", "project", target.place.project, "user", user, "s3Credentials")
    return sorted(str(_value(one, "access", str)) for one in _list(api.get(where), where))


def read_secret(api: OvhApi, target: Target, user: str, access: str) -> Secret:
    """The secret key of one of the user's S3 credentials, which the API gives to whoever may make them.

    Raises:
        OutsideError: the API gives none.
    """
    answer = api.post(path("cloud", "project", target.place.project, "user", user, "s3Credentials", access, "secret"))
    secret = answer.get("secret") if isinstance(answer, Mapping) else None
    if not isinstance(secret, str) or not secret:
        raise OutsideError(f"OVHcloud does not give the secret key of S3 credential {access}. Run again later.")
    return Secret(secret)


def _list(found: Any, where: str) -> list[Mapping[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise OutsideError(f"GET {where} does not give a list of objects. Is OVH_ENDPOINT the address of the API?")
    return found


def _value(found: Any, name: str, kind: type) -> Any:
    value = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(value, kind) or value == "":
        raise OutsideError(f'The API\'s answer lacks "{name}". Is OVH_ENDPOINT the address of the API?')
    return value


def _inner(found: Mapping[str, Any], outer: str, name: str) -> str:
    inner = found.get(outer)
    return str(inner.get(name) or "") if isinstance(inner, Mapping) else ""
