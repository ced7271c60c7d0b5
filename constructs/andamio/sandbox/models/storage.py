"""Object storage and the users of a project."""

from __future__ import annotations

import json
from typing import Final

from andamio.knowledge.ovh import limits, regions
from andamio.sandbox.cloud.made import TIME, Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, model, reference

__all__ = ["BUCKET", "USER"]

BUCKET: Final = "ovh_cloud_project_storage"
USER: Final = "ovh_cloud_project_user"
_ROLES: Final = {"administrator", "compute_operator", "image_operator", "infrastructure_supervisor", "network_operator"}
_ROLES_MORE: Final = {"network_security_operator", "objectstore_operator", "volume_operator", "backup_operator"}


@model(BUCKET)
class Bucket(Model):
    """A bucket. Deleting one deletes all that it holds, as the real provider does."""

    unique = ("name",)
    unmodelled = frozenset({"replication", "limit", "marker", "prefix"})
    empty = frozenset({"limit", "marker", "prefix", "replication"})
    imports = ("service_name", "region_name", "name")

    def key(self, asked: Asked) -> str:
        """Its name, which is unique at OVHcloud."""
        return str(asked.given["name"])

    def check(self, asked: Asked) -> None:
        """Name and region."""
        problem = limits.BUCKET_NAME.problem(str(asked.given["name"]))
        if problem:
            raise Refusal(problem, source=limits.BUCKET_NAME.source)
        if asked.given["region_name"] not in regions.STORAGE_REGIONS:
            raise Refusal(
                f'there is no object storage in "{asked.given["region_name"]}"',
                source='object storage guide "Endpoints and Object Storage geoavailability"',
            )

    def made(self, asked: Asked, make: Made) -> Values:
        """Empty, unencrypted and unversioned unless told otherwise."""
        name, region = str(asked.given["name"]), str(asked.given["region_name"])
        host = regions.storage_endpoint(region).removeprefix("https://")
        return {
            "id": name,
            "created_at": TIME,
            "encryption": {"sse_algorithm": "plaintext"},
            "object_lock": {"status": "disabled", "rule": None},
            "objects": [],
            "objects_count": 0,
            "objects_size": 0,
            "owner_id": make.number("owner", 100000, 999999),
            "region": region,
            "tags": {},
            "versioning": {"status": "disabled"},
            "virtual_host": f"https://{name}.{host}",
        }


@model("ovh_cloud_project_storage_object_bucket_lifecycle_configuration")
class Lifecycle(Model):
    """How long a bucket keeps things."""

    unique = ("container_name", "region_name")
    lies_in = (("container_name", BUCKET),)
    imports = ("service_name", "region_name", "container_name")

    def made(self, asked: Asked, make: Made) -> Values:
        """Rules without an id get one."""
        given = asked.given
        bucket = reference(asked, BUCKET, given["container_name"], what="bucket")
        if bucket["region_name"] != given["region_name"]:
            raise Refusal(f"the bucket lies in {bucket['region_name']}", source="OVHcloud's API answers 404")
        rules = [{"id": make.hex(16, f"rule{index}")} for index, _ in enumerate(given["rules"])]
        id_ = f"{bucket['service_name']}/{given['region_name']}/{given['container_name']}"
        return {"id": id_, "service_name": bucket["service_name"], "rules": rules}


@model(USER)
class User(Model):
    """An OpenStack user of a project."""

    told_once = ("password",)

    def check(self, asked: Asked) -> None:
        """Its roles are known."""
        given = asked.given
        roles = {*(given.get("role_names") or ()), *([given["role_name"]] if given.get("role_name") else ())}
        unknown = roles - _ROLES - _ROLES_MORE
        if unknown:
            raise Refusal(f"there is no role {', '.join(sorted(unknown))}", source="guide on users of Public Cloud")

    def made(self, asked: Asked, make: Made) -> Values:
        """A number, a name and a password."""
        roles = asked.given.get("role_names") or [asked.given.get("role_name") or "administrator"]
        name = f"user-{make.hex(12, 'name')}"
        return {
            "id": str(make.number("id", 100000, 999999)),
            "creation_date": TIME,
            "openstack_rc": {"OS_USERNAME": name, "OS_TENANT_ID": str(asked.given["service_name"])},
            "password": make.secret(f"password|{asked.given.get('password_reset') or ''}"),
            "roles": [{"id": make.uuid(role), "name": role, "permissions": []} for role in roles],
            "status": "ok",
            "username": name,
        }

    def seed(self, given: Values) -> str:
        """Project and description."""
        return f"{self.kind}|{given['service_name']}|{given.get('description')}"


class _OfUser(Model):
    lies_in = (("user_id", USER),)

    def check(self, asked: Asked) -> None:
        """The user is of the project and may use object storage."""
        user = reference(asked, USER, asked.given["user_id"], what="user")
        if user["service_name"] != asked.given["service_name"]:
            raise Refusal("the user is another project's", source="OVHcloud's API answers 404")


@model("ovh_cloud_project_user_s3_credential")
class Credential(_OfUser):
    """An S3 key."""

    imports = ("service_name", "user_id", "access_key_id")

    def made(self, asked: Asked, make: Made) -> Values:
        """Key and secret."""
        key = make.hex(32, "key")
        secret = make.hex(32, "secret")
        return {"id": key, "access_key_id": key, "secret_access_key": secret, "internal_user_id": make.hex(32, "user")}


@model("ovh_cloud_project_user_s3_policy")
class Policy(_OfUser):
    """What a user may do with buckets."""

    unique = ("user_id",)
    imports = ("service_name", "user_id")

    def check(self, asked: Asked) -> None:
        """It is JSON with statements."""
        super().check(asked)
        try:
            statements = json.loads(asked.given["policy"])["Statement"]
        except (ValueError, KeyError, TypeError):
            statements = None
        if not isinstance(statements, list):
            raise Refusal("the policy is no JSON with a Statement", source="guide on S3 policies of users")

    def made(self, asked: Asked, make: Made) -> Values:
        """One a user."""
        return {"id": f"{asked.given['service_name']}/{asked.given['user_id']}"}
