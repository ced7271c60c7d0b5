"""Key stores and what is in them."""

from __future__ import annotations

import json
from typing import Any, Final

from andamio.knowledge.ovh import limits, regions
from andamio.sandbox.cloud.certificates import authority, certificate
from andamio.sandbox.cloud.made import TIME, Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Cloud, Use
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, data, model, reference

__all__ = ["KEY_STORE", "SECRET", "write_secret"]

KEY_STORE: Final = "ovh_okms"
SECRET: Final = "ovh_okms_secret"  # noqa: S105 - a resource type
_API: Final = "Secret Manager's API description"


@model(KEY_STORE)
class KeyStore(Model):
    """A key store. OVHcloud sells it through a cart; the sandbox makes it."""

    imports = ("id",)

    def check(self, asked: Asked) -> None:
        """Its region is known and the subsidiary is the account's."""
        known = [one.name for one in regions.KEY_STORE_REGIONS]
        if asked.given["region"] not in known:
            raise Refusal(
                f'there is no key store region "{asked.given["region"]}" ({", ".join(known)})',
                source="regions seen in use; a full list was not found",
            )
        subsidiary = asked.cloud.setting("subsidiary", "FR")
        if asked.given["ovh_subsidiary"] != subsidiary:
            raise Refusal(f"the account is of the subsidiary {subsidiary}", source="OVHcloud's order API")

    def made(self, asked: Asked, make: Made) -> Values:
        """Id and addresses."""
        id_, host = make.uuid(), regions.key_store_host(str(asked.given["region"]))
        rest = asked.cloud.setting("key-store-api") or f"https://{host}"
        return {
            "id": id_,
            "display_name": f"okms-{id_}",
            "iam": _iam("okms", id_, asked.given.get("display_name") or f"okms-{id_}"),
            "kmip_endpoint": f"{host}:5696",
            "public_ca": authority(make.seed, "okms").pem,
            "rest_endpoint": rest,
            "swagger_endpoint": f"{rest}/swagger",
        }


def _iam(kind: str, id_: str, name: str) -> Values:
    return {"id": id_, "display_name": name, "urn": f"urn:v1:eu:resource:{kind}:{id_}", "tags": {}}


@model(SECRET)
class Secret(Model):
    """A secret: a JSON object at a path, with versions."""

    unique = ("okms_id", "path")
    lies_in = (("okms_id", KEY_STORE),)
    imports = ("okms_id", "path")

    def key(self, asked: Asked) -> str:
        """It has no id of its own."""
        return _place(asked.given)

    def check(self, asked: Asked) -> None:
        """Path, size and form."""
        problem = limits.SECRET_PATH.problem(str(asked.given["path"]))
        if problem:
            raise Refusal(problem, source=limits.SECRET_PATH.source)
        text = asked.given["version"].get("data")
        if len((text or "").encode()) > limits.SECRET_BYTES:
            raise Refusal(f"a secret has at most {limits.SECRET_BYTES} bytes", source=_API)
        try:
            whole = json.loads(text or "")
        except ValueError:
            whole = None
        if not isinstance(whole, dict):
            raise Refusal(f'the data of "{asked.given["path"]}" is no JSON object', source=_API)

    def made(self, asked: Asked, make: Made) -> Values:
        """Version 1, and one more whenever its data change."""
        before = asked.before
        number = 1
        if before is not None:
            changed = before["version"]["data"] != asked.given["version"]["data"]
            number = int(before["version"]["id"]) + (1 if changed else 0)
        metadata = {
            "cas_required": False,
            "created_at": TIME,
            "current_version": number,
            "custom_metadata": {},
            "deactivate_version_after": "0s",
            "max_versions": limits.SECRET_VERSIONS,
            "oldest_version": max(1, number - limits.SECRET_VERSIONS + 1),
            "updated_at": TIME,
        }
        return {
            "iam": _iam("okms/secret", f"{asked.given['okms_id']}/{asked.given['path']}", str(asked.given["path"])),
            "include_data": False,
            "metadata": metadata,
            "version": {"id": number, "state": "ACTIVE", "created_at": TIME, "deactivated_at": None},
        }


def _place(given: Values) -> str:
    return f"{given['okms_id']}/{given['path']}"


def write_secret(cloud: Cloud, store: str, path: str, values: dict[str, Any]) -> None:
    """Write a secret as a person does, by hand: a new one, or a new version.

    Raises:
        Refusal: when there is no such key store.
    """
    secret = Secret()
    given = {"okms_id": store, "path": path, "version": {"data": json.dumps(values)}}
    before = cloud.get(SECRET, _place(given))
    asked = Asked(cloud=cloud, given=given, before=before)
    reference(asked, KEY_STORE, store, what="key store")
    secret.check(asked)
    made = secret.made(asked, Made(secret.seed(given)))
    version = {**made["version"], "data": json.dumps(values)}
    body = {**made, "okms_id": store, "path": path, "cas": None, "version": version}
    cloud.put(SECRET, _place(given), body, uses=[Use(kind=KEY_STORE, id=store)])


@model("ovh_okms_credential")
class Credential(Model):
    """A client certificate of a key store."""

    lies_in = (("okms_id", KEY_STORE),)
    unmodelled = frozenset({"csr"})
    imports = ("okms_id", "id")

    def check(self, asked: Asked) -> None:
        """Not too many identities, not too long."""
        if len(asked.given["identity_urns"]) > limits.CREDENTIAL_IDENTITIES:
            raise Refusal(f"at most {limits.CREDENTIAL_IDENTITIES} identities", source="provider documentation")
        if (asked.given.get("validity") or 0) > limits.CREDENTIAL_DAYS:
            raise Refusal(f"valid for at most {limits.CREDENTIAL_DAYS} days", source="provider documentation")

    def made(self, asked: Asked, make: Made) -> Values:
        """A certificate with its key."""
        store = reference(asked, KEY_STORE, asked.given["okms_id"], what="key store")
        issued = certificate(make.seed, str(asked.given["name"]), by=authority(str(store["id"]), "okms-clients"))
        return {
            "id": make.uuid(),
            "certificate_pem": issued.pem,
            "certificate_type": "ECDSA",
            "created_at": TIME,
            "description": "",
            "expired_at": "2027-01-01T00:00:00Z",
            "from_csr": False,
            "private_key_pem": issued.key_pem,
            "status": "READY",
            "validity": 365,
        }

    empty = frozenset({"csr"})


@data("ovh_okms_resource")
def _store(asked: Asked) -> Values:
    found = reference(asked, KEY_STORE, asked.given["id"], what="key store")
    names = ("iam", "kmip_endpoint", "public_ca", "region", "rest_endpoint", "swagger_endpoint")
    return {name: found[name] for name in names}


@data(SECRET)
def _secret(asked: Asked) -> Values:
    reference(asked, KEY_STORE, asked.given["okms_id"], what="key store")
    found = asked.cloud.get(SECRET, _place(asked.given))
    if found is None:
        raise Refusal(
            f'key store {asked.given["okms_id"]} has no secret "{asked.given["path"]}"',
            source="Secret Manager's API answers 404",
        )
    wanted = asked.given.get("version")
    if wanted not in (None, found["version"]["id"]):
        raise Refusal(f"the sandbox keeps the newest version only, not {wanted}", source="the sandbox's own limit")
    shown = found["version"]["data"] if asked.given.get("include_data") else None
    return {"data": shown, "iam": found["iam"], "metadata": found["metadata"], "version": found["version"]["id"]}
