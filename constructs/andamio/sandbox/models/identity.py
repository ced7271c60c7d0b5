"""Identities of an account and what they may do."""

from __future__ import annotations

import re
from typing import Any, Final

from andamio.sandbox.cloud.made import TIME, Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.models.keys import KEY_STORE
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, data, model

__all__: list[str] = []

_CLIENT, _USER, _GROUP = "ovh_me_api_oauth2_client", "ovh_me_identity_user", "ovh_me_identity_group"
_GROUPS: Final = frozenset({"ADMIN", "DEFAULT", "READONLY", "UNPRIVILEGED"})
_URN: Final = re.compile(r"urn:v1:eu:(resource|identity):[A-Za-z0-9_/*-]+:.+")
_ACTION: Final = re.compile(r"[A-Za-z0-9]+:[a-z]+:[A-Za-z0-9/_*.-]+")
_HANDLE: Final = "sandbox-ovh"


@model(_CLIENT)
class OauthClient(Model):
    """A machine's client of the API."""

    told_once = ("client_secret",)
    imports = ("client_id",)

    def made(self, asked: Asked, make: Made) -> Values:
        """Id, secret and URN."""
        id_ = f"EU.{make.hex(16, 'client')}"
        secret, urn = make.hex(32, "secret"), f"urn:v1:eu:identity:credential:{_HANDLE}/oauth2-{id_}"
        return {"id": id_, "client_id": id_, "client_secret": secret, "identity": urn}

    def seed(self, given: Values) -> str:
        """Its name."""
        return f"{self.kind}|{given['name']}"


@model(_GROUP)
class Group(Model):
    """A group of local users."""

    unique = ("name",)
    imports = ("name",)

    def made(self, asked: Asked, make: Made) -> Values:
        """Its URN."""
        urn = f"urn:v1:eu:identity:group:{_HANDLE}/{asked.given['name']}"
        times = {"creation": TIME, "last_update": TIME}
        return {"id": asked.given["name"], "urn": urn, "default_group": False, **times}


@model(_USER)
class LocalUser(Model):
    """A local user of an account."""

    unique = ("login",)
    imports = ("login",)

    def check(self, asked: Asked) -> None:
        """Its group is there and its password is a good one."""
        group = asked.given.get("group")
        if group not in (None, *_GROUPS) and asked.cloud.get(_GROUP, str(group)) is None:
            raise Refusal(f'there is no group "{group}"', source="OVHcloud's API answers 404")
        password = str(asked.given["password"])
        kinds = (str.isupper, str.islower, str.isdigit)
        if len(password) < 12 or not all(any(kind(letter) for letter in password) for kind in kinds):
            raise Refusal(
                "a password has 12 characters or more, with upper case, lower case and digits",
                source="inferred from OVHcloud's rules for local users",
            )

    def made(self, asked: Asked, make: Made) -> Values:
        """Its URN."""
        return {
            "id": asked.given["login"],
            "urn": f"urn:v1:eu:identity:user:{_HANDLE}/{asked.given['login']}",
            "creation": TIME,
            "last_update": TIME,
            "password_last_update": TIME,
            "status": "OK",
        }


@model("ovh_me_identity_user_token")
class Token(Model):
    """A token of a local user. OVHcloud tells it once, when it is made."""

    told_once = ("token",)
    unique = ("user_login", "name")
    lies_in = (("user_login", _USER),)
    empty = frozenset({"expires_at", "last_used"})
    imports = ("user_login", "name")

    def key(self, asked: Asked) -> str:
        """It has no id of its own."""
        return f"{asked.given['user_login']}/{asked.given['name']}"

    def made(self, asked: Asked, make: Made) -> Values:
        """The token, the same through updates."""
        return {"creation": TIME, "token": f"sandbox.{make.hex(64, 'token')}"}


@model("ovh_iam_policy")
class Policy(Model):
    """What identities may do with resources."""

    unmodelled = frozenset({"conditions"})
    imports = ("id",)

    def check(self, asked: Asked) -> None:
        """Identities and key stores that it names are there; actions and URNs have their form."""
        given = asked.given
        for urn in given["identities"]:
            if not self._is_known(asked, str(urn)):
                raise Refusal(f"there is no identity {urn}", source="OVHcloud's API answers 400")
        for urn in given["resources"]:
            kind, _, id_ = str(urn).removeprefix("urn:v1:eu:resource:").partition(":")
            if not _URN.fullmatch(str(urn)) or (kind == "okms" and asked.cloud.get(KEY_STORE, id_) is None):
                raise Refusal(f"{urn} names no resource", source="OVHcloud's API answers 400")
        actions = [one for name in ("allow", "except", "deny") for one in given.get(name) or ()]
        if not actions and not given.get("permissions_groups"):
            raise Refusal("a policy allows or denies something", source="provider documentation of policies")
        for action in actions:
            if not _ACTION.fullmatch(str(action)) and action != "*":
                raise Refusal(f'"{action}" is no action', source="reference of actions (product:api:action)")

    def _is_known(self, asked: Asked, urn: str) -> bool:
        pairs = ((_CLIENT, "identity"), (_USER, "urn"), (_GROUP, "urn"))
        return any(asked.cloud.find(kind, **{name: urn}) for kind, name in pairs)

    def made(self, asked: Asked, make: Made) -> Values:
        """An id and its owner."""
        return {"id": make.uuid(), "owner": _HANDLE, "read_only": False, "created_at": TIME, "updated_at": TIME}

    def seed(self, given: Values) -> str:
        """Its name."""
        return f"{self.kind}|{given['name']}"


@model("ovh_iam_resource_tags")
class Tags(Model):
    """Tags of one resource."""

    unique = ("urn",)
    imports = ("urn",)

    def made(self, asked: Asked, make: Made) -> Values:
        """It has the resource's URN."""
        return {"id": asked.given["urn"]}


@model("ovh_cloud_project_alerting")
class Alert(Model):
    """A mail about a project's costs; none is sent."""

    def made(self, asked: Asked, make: Made) -> Values:
        """An id, and the threshold in words."""
        euros = asked.given["monthly_threshold"]
        shown = {"currency_code": "EUR", "text": f"{euros} €", "value": euros}
        return {"id": make.uuid(), "creation_date": TIME, "formatted_monthly_threshold": shown}


@data("ovh_me")
def _me(asked: Asked) -> Values:
    told: dict[str, Any] = {
        "id": _HANDLE,
        "nichandle": _HANDLE,
        "ovh_subsidiary": asked.cloud.setting("subsidiary", "FR"),
        "country": "FR",
        "currency": [{"code": "EUR", "symbol": "€"}],
        "language": "en_GB",
        "state": "complete",
        "urn": f"urn:v1:eu:identity:account:{_HANDLE}",
    }
    return told


@data("ovh_cloud_project")
def _project(asked: Asked) -> Values:
    id_ = str(asked.given["service_name"])
    iam = {"id": id_, "display_name": id_, "urn": f"urn:v1:eu:resource:publicCloudProject:{id_}", "tags": {}}
    return {"project_id": id_, "project_name": id_, "status": "ok", "creation_date": TIME, "iam": iam}
