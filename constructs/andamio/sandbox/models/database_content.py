"""What lies on a database cluster: databases, users, pools, topics, access rules."""

from __future__ import annotations

from typing import ClassVar, Final

from andamio.knowledge.ovh import databases, limits
from andamio.knowledge.ovh.limits import NameRule
from andamio.sandbox.cloud.made import TIME, Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.models.databases import DATABASE, cluster_of
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, model, reference

__all__: list[str] = []

_ADMINISTRATOR: Final = "avnadmin"
"""The user that comes with a cluster; only a reset tells a password of it."""

_INSIDE: Final = ("service_name", "cluster_id", "id")


class _OnCluster(Model):
    """Something named on a cluster, of the engines that have it."""

    engines: tuple[str, ...] = ()
    rule: NameRule | None = None
    lies_in = (("cluster_id", DATABASE),)
    unique: ClassVar[tuple[str, ...]] = ("cluster_id", "name")
    imports: ClassVar[tuple[str, ...]] = _INSIDE

    def check(self, asked: Asked) -> None:
        """The cluster has such a thing, and the name is one."""
        found = cluster_of(asked, *self.engines)
        if found["service_name"] != asked.given["service_name"]:
            raise Refusal("the cluster is another project's", source="OVHcloud's API answers 404")
        problem = self.rule.problem(str(asked.given["name"])) if self.rule else None
        if problem and self.rule:
            raise Refusal(problem, source=self.rule.source)


class _User(_OnCluster):
    """A user with a password that only its making tells, and a reset."""

    rule = limits.DATABASE_USER_NAME
    told_once = ("password",)

    def made(self, asked: Asked, make: Made) -> Values:
        """An id and a password; another text in `password_reset` makes another password."""
        again = asked.given.get("password_reset") or ""
        password = make.secret(f"password|{again}")
        if asked.given["name"] == _ADMINISTRATOR and not again:
            password = ""
        return {"id": make.uuid(), "created_at": TIME, "password": password, "status": "READY"}


@model("ovh_cloud_project_database_postgresql_user")
class PostgresUser(_User):
    """A PostgreSQL user. One that is there already, as after a tombstone, is taken over without its password."""

    engines = ("postgresql",)

    def adopted(self, made: Values) -> Values | None:
        """The password was told once and is not told again (provider source: it looks the user up by name)."""
        return {**made, "password": ""}

    def made(self, asked: Asked, make: Made) -> Values:
        """Without roles unless some are given."""
        return {**super().made(asked, make), "roles": []}


@model("ovh_cloud_project_database_user")
class DatabaseUser(_User):
    """A user of an engine without a resource of its own, such as Kafka."""

    engines = ("kafka",)
    imports = ("service_name", "engine", "cluster_id", "id")

    def check(self, asked: Asked) -> None:
        """The cluster is of the engine."""
        super().check(asked)
        cluster_of(asked, str(asked.given["engine"]))


@model("ovh_cloud_project_database_valkey_user")
class ValkeyUser(_User):
    """A Valkey user with its part of keys and commands."""

    engines = ("valkey",)

    def check(self, asked: Asked) -> None:
        """Categories and commands are added or taken away."""
        super().check(asked)
        for name in ("categories", "commands"):
            for word in asked.given.get(name) or ():
                if word[:1] not in "+-" or (name == "categories" and word[1:2] != "@"):
                    raise Refusal(
                        f'"{word}" of {name} begins with + or -{" and @" if name == "categories" else ""}',
                        source="Valkey's own form of access lists",
                    )

    def made(self, asked: Asked, make: Made) -> Values:
        """All channels unless some are given."""
        return {**super().made(asked, make), "channels": ["*"]}


@model("ovh_cloud_project_database_database")
class LogicalDatabase(_OnCluster):
    """A database on a PostgreSQL cluster."""

    engines = ("postgresql",)
    rule = limits.DATABASE_NAME
    imports = ("service_name", "engine", "cluster_id", "id")

    def made(self, asked: Asked, make: Made) -> Values:
        """Not the default one."""
        return {"id": make.uuid(), "default": asked.given["name"] == "defaultdb"}


@model("ovh_cloud_project_database_postgresql_connection_pool")
class ConnectionPool(_OnCluster):
    """A connection pool, on the port beside its cluster's."""

    engines = ("postgresql",)
    rule = limits.CONNECTION_POOL_NAME

    def check(self, asked: Asked) -> None:
        """Database and user are there, and the pool fits the cluster."""
        super().check(asked)
        given = asked.given
        for name, kind in (
            ("database_id", "ovh_cloud_project_database_database"),
            ("user_id", "ovh_cloud_project_database_postgresql_user"),
        ):
            if given.get(name):
                found = reference(asked, kind, given[name], what=name.removesuffix("_id"))
                if found["cluster_id"] != given["cluster_id"]:
                    raise Refusal(f"{name} is on another cluster", source="OVHcloud's API answers 404")
        cluster = cluster_of(asked)
        flavor = databases.database_flavor(str(cluster["flavor"]))
        others = [
            int(one.body["size"])
            for one in asked.cloud.find(self.kind, cluster_id=given["cluster_id"])
            if one.body["name"] != given["name"]
        ]
        most = databases.postgresql_connections(flavor) if flavor else databases.MAX_CONNECTIONS
        if sum(others) + int(given["size"]) > most:
            raise Refusal(
                f"pools of {sum(others) + int(given['size'])} connections do not fit a {cluster['flavor']}, "
                f"which takes {most}",
                source="stricter than what was found: the guide gives the connections of a node, no limit of pools",
            )

    def made(self, asked: Asked, make: Made) -> Values:
        """Address and port."""
        endpoint = cluster_of(asked)["endpoints"][0]
        port = endpoint["port"] + 1
        uri = f"postgres://{endpoint['domain']}:{port}/{asked.given['name']}?sslmode=require"
        return {"id": make.uuid(), "port": port, "ssl_mode": "require", "uri": uri, "user_id": ""}


@model("ovh_cloud_project_database_kafka_topic")
class Topic(_OnCluster):
    """A topic."""

    engines = ("kafka",)
    rule = limits.TOPIC_NAME

    def check(self, asked: Asked) -> None:
        """Its copies fit the cluster."""
        super().check(asked)
        nodes = len(cluster_of(asked)["nodes"])
        copies = asked.given.get("replication") or 2
        if copies > nodes or (asked.given.get("min_insync_replicas") or 1) > copies:
            raise Refusal(
                f"{copies} copies, {asked.given.get('min_insync_replicas') or 1} of them in sync, "
                f"do not fit a cluster of {nodes} nodes",
                source="Kafka's own check when it makes a topic",
            )

    def made(self, asked: Asked, make: Made) -> Values:
        """Defaults of the provider's documentation."""
        return {
            "id": make.uuid(),
            "min_insync_replicas": 1,
            "partitions": 1,
            "replication": 2,
            "retention_bytes": -1,
            "retention_hours": -1,
        }


@model("ovh_cloud_project_database_kafka_acl")
class AccessRule(_OnCluster):
    """What a Kafka user may do with a topic."""

    engines = ("kafka",)
    unique = ("cluster_id", "username", "topic", "permission")

    def check(self, asked: Asked) -> None:
        """The permission is one, and the user is there."""
        super().check(asked)
        given = asked.given
        if given["permission"] not in databases.KAFKA_PERMISSIONS:
            raise Refusal(
                f'there is no permission "{given["permission"]}"', source="provider documentation of access rules"
            )
        users = asked.cloud.find("ovh_cloud_project_database_user", cluster_id=given["cluster_id"])
        if given["username"] not in {"*", "avnadmin", *(one.body["name"] for one in users)}:
            raise Refusal(
                f'the cluster has no user "{given["username"]}"',
                source="stricter than what was found: Kafka takes rules of users to come",
            )
