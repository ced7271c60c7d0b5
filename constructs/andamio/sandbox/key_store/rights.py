"""Who a token belongs to, and what policies let its user do with a key store."""

from __future__ import annotations

import fnmatch
from typing import Any, Final

from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.models.keys import KEY_STORE

__all__ = ["READ", "TOKEN", "WRITE", "is_allowed", "login_of"]

READ: Final = "okms:apikms:secret/version/getData"
"""The right to read a secret's value (OVHcloud's guide for External Secrets)."""

WRITE: Final = ("okms:apikms:secret/create", "okms:apikms:secret/version/create")
"""The rights to write a secret, by the reference of actions."""

TOKEN: Final = "ovh_me_identity_user_token"  # noqa: S105 - a resource type
_USER: Final = "ovh_me_identity_user"
_POLICY: Final = "ovh_iam_policy"


def login_of(cloud: Cloud, token: str) -> str | None:
    """Login of the user whose token this is; None when nobody's is."""
    for one in cloud.find(TOKEN) if token else ():
        if one.body.get("token") == token:
            return str(one.body["user_login"])
    return None


def is_allowed(cloud: Cloud, login: str, store: str, action: str) -> bool:
    """Whether a policy lets a user do something with a key store, and none denies it."""
    user, place = cloud.get(_USER, login), cloud.get(KEY_STORE, store)
    if user is None or place is None:
        return False
    allowed = False
    for policy in cloud.find(_POLICY):
        body = policy.body
        named = {user["urn"], *_groups(cloud, user)} & set(body["identities"])
        if not named or not any(_covers(str(one), place["iam"]["urn"]) for one in body["resources"]):
            continue
        if _names(body.get("deny"), action):
            return False
        allowed |= _names(body.get("allow"), action) and not _names(body.get("except"), action)
    return allowed


def _groups(cloud: Cloud, user: dict[str, Any]) -> set[str]:
    group = cloud.get("ovh_me_identity_group", str(user.get("group")))
    return {group["urn"]} if group else set()


def _names(actions: Any, action: str) -> bool:
    return any(fnmatch.fnmatchcase(action, str(one)) for one in actions or ())


def _covers(resource: str, urn: str) -> bool:
    return fnmatch.fnmatchcase(urn, resource)
