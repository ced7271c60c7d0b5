"""Managed database clusters: PostgreSQL, Valkey, Kafka."""

from __future__ import annotations

from typing import Any, Final

from andamio.knowledge.ovh import databases, regions
from andamio.sandbox.cloud.certificates import authority, certificate
from andamio.sandbox.cloud.made import TIME, Made
from andamio.sandbox.cloud.refusal import Refusal
from andamio.sandbox.cloud.store import Cloud, Use
from andamio.sandbox.models.network import NETWORK, SUBNET, network_of, subnet_of
from andamio.sandbox.protocol.values import Values
from andamio.sandbox.provider.model import Asked, Model, data, model, reference

__all__ = ["DATABASE", "cluster_of"]

DATABASE: Final = "ovh_cloud_project_database"
_PAGES: Final = "databases guides, pages on capabilities and limitations"
_HELD: Final = "databases guides: a network cannot be deleted while a service uses it"
_WITH_CERTIFICATES: Final = ("kafka", "mysql", "postgresql")


def cluster_of(asked: Asked, *engines: str) -> Values:
    """The cluster that `cluster_id` names; raises `Refusal` for none, or one of another engine."""
    found = reference(asked, DATABASE, asked.given["cluster_id"], what="database cluster")
    if engines and found["engine"] not in engines:
        raise Refusal(f"the cluster is of the engine {found['engine']}", source="OVHcloud's API has a path an engine")
    return found


@model(DATABASE)
class Database(Model):
    """A cluster of one engine. Only the engines that stacks use are imitated."""

    unmodelled = frozenset({"kafka_rest_api", "kafka_schema_registry", "opensearch_acls_enabled"})
    imports = ("service_name", "engine", "id")

    def check(self, asked: Asked) -> None:
        """Plan, flavor, version, nodes and access list are such that OVHcloud takes them."""
        given = asked.given
        engine, plan = str(given["engine"]), databases.database_plan(str(given["engine"]), str(given["plan"]))
        if engine not in databases.ENGINES:
            raise Refusal(f"the sandbox does not imitate the engine {engine}", source="the sandbox's own limit")
        if plan is None:
            names = ", ".join(one.name for one in databases.database_plans(engine))
            raise Refusal(f'{engine} has no plan "{given["plan"]}" ({names})', source=_PAGES)
        self._check_nodes(asked, plan)
        sizes = [one.name for one in databases.database_flavors(plan)]
        if given["flavor"] not in sizes:
            raise Refusal(
                f"the plan {plan.name} of {engine} has no flavor {given['flavor']} ({', '.join(sizes)})", source=_PAGES
            )
        versions = [one.version for one in databases.engine_versions(engine)]
        if given["version"] not in versions:
            raise Refusal(f"{engine} {given['version']} is not offered ({', '.join(versions)})", source=_PAGES)
        if not given.get("ip_restrictions"):
            raise Refusal(
                "ip_restrictions is empty, so nobody could connect, on a private network neither",
                source="stricter than OVHcloud, which takes it and lets nobody in (databases guides)",
            )
        self._check_backups(given)
        self._check_growth(asked, sizes, versions)

    def _check_nodes(self, asked: Asked, plan: databases.DatabasePlan) -> None:
        given = asked.given
        nodes = given["nodes"]
        if len(nodes) != plan.nodes:
            raise Refusal(
                f"the plan {plan.name} of {plan.engine} has {plan.nodes} nodes, not {len(nodes)}",
                source="provider documentation, nodes: as many as the plan has",
            )
        if any(node != nodes[0] for node in nodes):
            raise Refusal("all nodes are alike", source="provider documentation, nodes")
        region = nodes[0]["region"]
        if region not in {known.database for known in regions.REGIONS}:
            raise Refusal(f'there are no databases in the region "{region}"', source=_PAGES)
        if nodes[0].get("network_id"):
            network_of(asked.cloud, given["service_name"], nodes[0]["network_id"], None)
            subnet_of(asked.cloud, given["service_name"], nodes[0]["subnet_id"], nodes[0]["network_id"])

    def _check_backups(self, given: Values) -> None:
        if given.get("backup_time") and given["engine"] in databases.NO_BACKUP_TIME:
            raise Refusal(f"{given['engine']} has no backup time", source="provider documentation, backup_time")
        places = given.get("backup_regions") or ()
        own = given["nodes"][0]["region"]
        if places and (len(places) > databases.BACKUP_REGIONS or own not in places):
            raise Refusal(
                f"backups lie in at most {databases.BACKUP_REGIONS} regions, one of them the cluster's own ({own})",
                source="provider documentation, backup_regions",
            )

    def _check_growth(self, asked: Asked, sizes: list[str], versions: list[str]) -> None:
        before = asked.before
        if before is None:
            return
        plans = [one.name for one in databases.database_plans(str(before["engine"]))]
        for name, order in (("plan", plans), ("flavor", sizes), ("version", versions)):
            known = asked.changed(name) and before[name] in order
            if known and order.index(asked.given[name]) < order.index(before[name]):
                _refuse_less(name, before[name], asked.given[name])
        if asked.changed("disk_size") and int(asked.given["disk_size"]) < int(before["disk_size"]):
            _refuse_less("disk_size", before["disk_size"], asked.given["disk_size"])

    def check_delete(self, cloud: Cloud, state: Values) -> None:
        """Deletion protection holds it."""
        if state.get("deletion_protection"):
            raise Refusal(
                f'deletion protection of "{state.get("description")}" is on',
                source="provider documentation, deletion_protection",
            )

    def made(self, asked: Asked, make: Made) -> Values:
        """Its endpoint, with a port of its own."""
        given = asked.given
        engine = str(given["engine"])
        domain = f"{engine}-{make.hex(8, 'domain')}-o{make.hex(8, 'owner')}.database.cloud.ovh.net"
        port = make.number("port", 20100, 20998)
        scheme = {"postgresql": "postgres", "valkey": "valkeys", "kafka": ""}[engine]
        path = "/defaultdb" if engine == "postgresql" else ""
        start = f"{scheme}://<username>:<password>@" if scheme else ""
        endpoint = {
            "component": engine,
            "domain": domain,
            "path": path,
            "port": port,
            "scheme": scheme,
            "ssl": True,
            "ssl_mode": "require",
            "uri": f"{start}{domain}:{port}{path}{'?sslmode=require' if path else ''}",
        }
        network = (given.get("nodes") or [{}])[0].get("network_id")
        return {
            "id": make.uuid(),
            "advanced_configuration": {},
            "backup_regions": [given["nodes"][0]["region"]] if engine != "kafka" else [],
            "backup_time": "" if engine == "kafka" else "02:00:00",
            "created_at": TIME,
            "disk_size": 80 * len(given["nodes"]),
            "disk_type": "high-speed",
            "endpoints": [endpoint],
            "maintenance_time": "03:00:00",
            "network_type": "private" if network else "public",
            "status": "READY",
            "ip_restrictions": {"status": "READY"},
        }

    def uses(self, asked: Asked) -> list[Use]:
        """Its network, which cannot go before it."""
        node = asked.given["nodes"][0]
        if not node.get("network_id"):
            return []
        network, _ = network_of(asked.cloud, asked.given["service_name"], node["network_id"], None)
        return [
            Use(kind=NETWORK, id=network, holds=True, why=_HELD),
            Use(kind=SUBNET, id=str(node["subnet_id"]), holds=True, why=_HELD),
        ]


def _refuse_less(name: str, before: Any, after: Any) -> None:
    raise Refusal(
        f"{name} can be raised, not lowered from {before} to {after}",
        source="provider documentation: plan, flavor and disk are upgraded only",
    )


@data("ovh_cloud_project_database_certificates")
def _certificates(asked: Asked) -> Values:
    found = cluster_of(asked, *_WITH_CERTIFICATES)
    if asked.given["engine"] != found["engine"]:
        raise Refusal(f"the cluster is of the engine {found['engine']}", source="OVHcloud's API has a path an engine")
    return {"id": found["id"], "ca": authority(str(found["id"]), "database").pem}


@data("ovh_cloud_project_database_kafka_user_access")
def _access(asked: Asked) -> Values:
    found = cluster_of(asked, "kafka")
    user = reference(asked, "ovh_cloud_project_database_user", asked.given["user_id"], what="Kafka user")
    issued = certificate(str(user["id"]), str(user["name"]), by=authority(str(found["id"]), "database"))
    return {"id": str(user["id"]), "cert": issued.pem, "key": issued.key_pem}
