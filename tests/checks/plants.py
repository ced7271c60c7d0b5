"""One mistake for each rule, planted in a shop that is otherwise valid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from andamio.checks.output import Output
from andamio.contract.outputs import CloudOutputs
from andamio.contract.platform import Platform
from andamio.model import (
    Acceptance,
    Cache,
    Domain,
    Egress,
    KafkaCluster,
    ManualSecret,
    Migration,
    NodePool,
    Pool,
    Postgres,
    PostgresCluster,
    Probe,
    Probes,
    Registry,
    Repository,
    Resources,
    Route,
    Scaling,
    Schedule,
    Scratch,
    Service,
    State,
    Team,
    Tombstone,
    Topic,
    per_env,
)
from tests.checks.shop import Shop, edited, image, output, shop


@dataclass(frozen=True)
class Plant:
    """A catalog with a mistake, and what was synthesized now and before."""

    platform: Platform
    output: Output | None = None
    previous: Output | None = None


REASON = "known to the team, mended next month"
BASE = shop()
SYSTEM, APPS = BASE.environments[0].pools
OLD = output(BASE.platform())
"""What was synthesized before."""


def catalog(changed: Shop) -> Plant:
    return Plant(changed.platform())


def against_before(changed: Shop) -> Plant:
    """The catalog changed since the last synthesis."""
    return Plant(changed.platform(), previous=OLD)


def change(changed: Shop, before: Shop = BASE) -> Plant:
    """Both catalogs synthesized."""
    platform = changed.platform()
    return Plant(platform, output(platform), output(before.platform()))


def made(edit: Callable[[Any, Any], Any]) -> Plant:
    """The valid catalog, of which something wrong was synthesized."""
    platform = BASE.platform()
    return Plant(platform, edited(output(platform), edit))


def postgres(**settings: Any) -> PostgresCluster:
    return PostgresCluster(**{"plan": "advanced", "flavor": "b3-32", "deletion_protection": True, **settings})


def repository(**changed: Any) -> Repository:
    return Repository(**{"url": "https://git.shop.example/platform.git", **changed})


def orders_database(**settings: Any) -> Postgres:
    return Postgres(placement="dedicated", cluster=postgres(**settings), pool=Pool(size=20))


def probes(**changed: Any) -> Probes:
    return Probes(**changed)


def accepted(**values: Any) -> tuple[Acceptance, ...]:
    return (Acceptance(**{"reason": REASON, "until": date(2026, 10, 1), **values}),)


def circle() -> Shop:
    return BASE.service("stock", calls=("orders",))


def renamed_topic(stacks: Any, documents: Any) -> None:
    topics = stacks["production-data"]["resource"]["ovh_cloud_project_database_kafka_topic"]
    topics["topic_other"] = topics.pop("topic_order-placed")


def without_environment() -> Shop:
    kept = replace(BASE, environments=BASE.environments[1:])
    return replace(kept, releases={n: r for n, r in BASE.releases.items() if n != "dev"})


def many_images() -> Shop:
    """A team of so many jobs, each with a long tag of its own in each environment, that no rules are enough."""
    jobs = [BASE.services[3].model_copy(update={"name": f"job-{number}"}) for number in range(140)]
    made = BASE.add(*jobs)
    for environment in BASE.releases:
        images = {job.name: image(tag=f"{environment}-{job.name}-".ljust(128, "0")) for job in jobs}
        made = made.release(environment, **images)
    return made


def container(documents: Any, name: str = "orders") -> Any:
    return documents[f"dev/{name}/Deployment.{name}.yaml"]["spec"]["template"]["spec"]["containers"][0]


def literal_password(stacks: Any, documents: Any) -> None:
    stacks["dev-data"]["resource"]["ovh_me_identity_user"] = {"reader": {"password": "hunter-two-and-a-half"}}


def second_state(stacks: Any, documents: Any) -> None:
    backend = stacks["dev-data"]["terraform"]["backend"]["s3"]
    backend["key"] = "dev-network.tfstate"


def pool_without_zone(stacks: Any, documents: Any) -> None:
    stacks["production-cluster"]["resource"]["ovh_cloud_project_kube_nodepool"]["apps"].pop("availability_zones")


def objects(number: int, api: str, kind: str, **spec: Any) -> dict[str, Any]:
    """So many objects of a kind in one namespace of production."""
    return {
        f"production/orders/{kind}.n{one}.yaml": {
            "apiVersion": api,
            "kind": kind,
            "metadata": {"name": f"n{one}", "namespace": "orders"},
            "spec": spec,
        }
        for one in range(number)
    }


PLANTS: dict[str, Callable[[], Plant]] = {
    # names and acceptances
    "AND003": lambda: catalog(BASE.add(BASE.services[0])),
    "AND004": lambda: catalog(BASE.service("mailer", scaling=per_env(Scaling(), prodution=Scaling(min=2, max=3)))),
    "AND005": lambda: catalog(BASE.add(Service(name="argocd", team="web", command=("run",)))),
    "AND006": lambda: catalog(circle().service("orders", accepted=accepted(code="AND024", until=date(2026, 8, 31)))),
    "AND007": lambda: catalog(BASE.service("orders", accepted=accepted(code="AND024"))),
    "AND008": lambda: catalog(BASE.service("orders", accepted=accepted(code="AND021"))),
    "AND009": lambda: catalog(BASE.add(Service(name="orders-pool", team="web", database=Postgres(placement="shared")))),
    # services
    "AND010": lambda: catalog(BASE.service("orders", schedule=Schedule(cron="0 2 * * *"))),
    "AND011": lambda: catalog(BASE.service("mailer", routes=(Route(host="mail"),))),
    "AND012": lambda: catalog(BASE.service("mailer", migration=Migration(command=("migrate",)))),
    "AND013": lambda: catalog(BASE.service("mailer", probes=probes(readiness=Probe(path="/ready")))),
    "AND014": lambda: catalog(BASE.service("orders", probes=probes(startup=Probe(path="/ready", command=("ready",))))),
    "AND015": lambda: catalog(BASE.service("orders", probes=probes(readiness=None))),
    "AND016": lambda: catalog(BASE.service("orders", resources=Resources(memory=256, memory_limit=128))),
    "AND017": lambda: catalog(BASE.service("nightly", schedule=Schedule(cron="30 24 * * *"))),
    "AND018": lambda: catalog(BASE.service("nightly", schedule=Schedule(cron="30 2 * * *", time_zone="Europe/Madird"))),
    "AND019": lambda: catalog(BASE.service("orders", scratch=(Scratch(path="/run/secrets/tmp"),))),
    "AND020": lambda: catalog(BASE.service("orders", team="comerce")),
    "AND029": lambda: catalog(BASE.service("orders", calls=("stock", "stock"))),
    "AND038": lambda: catalog(
        BASE.service("orders", probes=probes(readiness=Probe(path="/ok"), liveness=Probe(path="/ok")))
    ),
    "AND037": lambda: catalog(
        BASE.service("nightly", schedule=Schedule(cron="*/5 * * * *", concurrency="Allow", deadline=3600))
    ),
    # calls, egress, routes
    "AND021": lambda: catalog(BASE.service("orders", calls=("stok",))),
    "AND022": lambda: catalog(BASE.service("orders", calls=("stock", "nightly"))),
    "AND023": lambda: catalog(BASE.service("orders", calls=("stock", "orders"))),
    "AND024": lambda: catalog(circle()),
    "AND025": lambda: catalog(BASE.service("mailer", egress=(Egress(host="api.dev.shop.example"),))),
    "AND026": lambda: catalog(BASE.cluster("dev", plan="free")),
    "AND027": lambda: catalog(BASE.service("stock", routes=(Route(host="api", path="/orders/"),))),
    "AND028": lambda: catalog(BASE.service("stock", routes=(Route(host="api", path="/orders/stock"),))),
    "AND055": lambda: catalog(BASE.release("dev", stock=None)),
    "AND114": lambda: catalog(BASE.environment("staging", domain=Domain(name="dev.shop.example", zone="shop.example"))),
    "AND119": lambda: catalog(BASE.service("stock", routes=(Route(host="argocd"),))),
    # replicas and room
    "AND030": lambda: catalog(BASE.service("stock", scaling=Scaling(min=3, max=2))),
    "AND031": lambda: catalog(BASE.service("nightly", scaling=Scaling(min=1, max=2))),
    "AND032": lambda: catalog(BASE.service("mailer", resources=Resources(cpu=1000), scaling=Scaling(min=1, max=20))),
    "AND033": lambda: catalog(BASE.service("nightly", resources=Resources(memory=20000))),
    "AND034": lambda: catalog(BASE.service("orders", scaling=per_env(Scaling(), production=Scaling(min=1, max=4)))),
    "AND035": lambda: catalog(BASE.service("orders", grace_period=500)),
    "AND036": lambda: catalog(
        BASE.service(
            "mailer",
            resources=Resources(memory=12000),
            scaling=per_env(Scaling(min=1, max=1), production=Scaling(min=2, max=8)),
        )
    ),
    "AND039": lambda: catalog(BASE.pool("dev", 0, flavor="d2-4", min=1, max=1)),
    # stores
    "AND040": lambda: catalog(BASE.service("orders", database=orders_database(plan="busines", flavor="db1-15"))),
    "AND041": lambda: catalog(BASE.service("orders", database=orders_database(flavor="db1-15"))),
    "AND042": lambda: catalog(BASE.service("orders", database=orders_database(version="13"))),
    "AND043": lambda: catalog(BASE.environment("dev", kafka=KafkaCluster(version="4.0"))),
    "AND044": lambda: catalog(
        BASE.service("stock", database=Postgres(pool=Pool(size=per_env(30, dev=400)), placement="shared"))
    ),
    "AND045": lambda: catalog(
        BASE.service("stock", database=Postgres(pool=Pool(mode="session", size=24, client_connections=5)))
    ),
    "AND046": lambda: catalog(BASE.service("stock", database=Postgres(placement="shared", cluster=postgres()))),
    "AND047": lambda: catalog(BASE.environment("dev", postgres=postgres(backup_regions=("SBG", "DE")))),
    "AND048": lambda: catalog(
        BASE.service(
            "orders",
            database=Postgres(cluster=per_env(None, production=postgres(plan="essential", flavor="db1-15"))),
        )
    ),
    "AND049": lambda: catalog(BASE.environment("production", postgres=postgres(deletion_protection=False))),
    "AND130": lambda: catalog(BASE.service("stock", database=Postgres(pool=Pool(size=30, client_connections=2000)))),
    # releases
    "AND050": lambda: catalog(BASE.release("dev", stock=image(digest=None))),
    "AND051": lambda: catalog(BASE.release("dev", stok=image())),
    "AND052": lambda: catalog(BASE.release("staging", nightly=None)),
    "AND053": lambda: catalog(BASE.release("dev", stock=image(tag="latest"))),
    "AND054": lambda: catalog(many_images()),
    # data
    "AND060": lambda: against_before(
        BASE.service("mailer", subscribes=(), calls=())
        .without("orders")
        .release("dev", orders=None)
        .release("staging", orders=None)
        .release("production", orders=None)
    ),
    "AND061": lambda: catalog(
        BASE.bury(Tombstone(service="orders", environments=("production",), database="dedicated"))
    ),
    "AND062": lambda: catalog(BASE.service("mailer", renamed_from="nightly")),
    "AND063": lambda: against_before(
        BASE.without("orders")
        .add(
            Service(**{**{n: getattr(BASE.services[0], n) for n in BASE.services[0].model_fields_set}, "name": "sales"})
        )
        .service("mailer", calls=("sales",))
        .release("dev", orders=None, mailer=None)
        .release("staging", orders=None, mailer=None)
        .release("production", orders=None, mailer=None)
    ),
    "AND064": lambda: change(
        BASE.service("orders", topics=(Topic(name="order-placed", partitions=12, replication=3),))
    ),
    "AND065": lambda: change(
        BASE.service("orders", database=Postgres(cluster=per_env(None, production=postgres(flavor="b3-8")))),
    ),
    "AND066": lambda: change(
        BASE.cluster("dev", plan="free").service(
            "mailer", egress=(Egress(host="smtp.mail.example", port=587, addresses=("198.51.100.0/24",)),)
        )
    ),
    "AND067": lambda: against_before(BASE.service("stock", database=None)),
    "AND068": lambda: Plant(BASE.platform(), edited(OLD, renamed_topic), OLD),
    "AND069": lambda: Plant(without_environment().platform(), previous=OLD),
    "AND122": lambda: change(BASE, BASE.cluster("dev", version="1.33")),
    # networks and regions
    "AND070": lambda: catalog(BASE.network("dev", nodes="10.10.1.0/20")),
    "AND071": lambda: catalog(BASE.network("dev", services="172.17.128.0/20")),
    "AND072": lambda: catalog(BASE.network("staging", nodes="10.10.0.0/20", vlan=1)),
    "AND073": lambda: catalog(BASE.network("staging", nodes="10.10.0.0/20")),
    "AND074": lambda: catalog(BASE.network("dev", nodes="100.64.0.0/20")),
    "AND075": lambda: catalog(BASE.network("dev", nodes="10.10.0.0/27")),
    "AND076": lambda: catalog(BASE.environment("dev", region="GRA12")),
    "AND077": lambda: catalog(BASE.environment("dev", zones=("gra11-a",))),
    "AND078": lambda: catalog(BASE.environment("dev", state=State(region="GRA11"))),
    "AND079": lambda: catalog(BASE.cluster("production", api_allow=("0.0.0.0/0",))),
    "AND137": lambda: catalog(BASE.environment("dev", region="GRA 11")),
    "AND116": lambda: catalog(BASE.share(registry=Registry(region="GRA11"))),
    # cluster and pools
    "AND080": lambda: catalog(BASE.environment("dev", pools=(APPS,))),
    "AND081": lambda: catalog(BASE.pool("dev", 1, min=9)),
    "AND082": lambda: catalog(BASE.pool("dev", 1, flavor="b3-17")),
    "AND083": lambda: catalog(BASE.pool("dev", 0, min=0)),
    "AND084": lambda: catalog(
        BASE.network("production", nodes="10.32.0.0/16")
        .pool("production", 1, max=100)
        .environment(
            "production",
            pools=(
                SYSTEM,
                *(NodePool(name=f"apps-{n}", role="applications", flavor="b3-8", min=1, max=90) for n in "xy"),
            ),
        )
        .network("production", nodes="10.32.0.0/16")
    ),
    "AND085": lambda: catalog(
        BASE.environment("dev", pools=(SYSTEM, APPS, NodePool(**{**APPS.__dict__, "flavor": "b3-32"})))
    ),
    "AND086": lambda: catalog(BASE.cluster("dev", version="1.36")),
    "AND087": lambda: catalog(BASE.cluster("dev", version="1.32")),
    "AND088": lambda: catalog(
        BASE.cluster("production", plan="free").service(
            "mailer", egress=(Egress(host="smtp.mail.example", addresses=("198.51.100.0/24",)),)
        )
    ),
    "AND089": lambda: catalog(BASE.pool("dev", 1, labels={"kubernetes.io/role": "apps"})),
    "AND120": lambda: catalog(BASE.cluster("dev", version="1.34").cluster("staging", version="1.34")),
    "AND121": lambda: catalog(BASE.cluster("dev", update_policy="NEVER_UPDATE")),
    # configuration and secrets
    "AND090": lambda: catalog(
        BASE.service(
            "orders", secrets=(ManualSecret(name="database", keys=("key",), instructions="Made by the security lead."),)
        )
    ),
    "AND091": lambda: catalog(BASE.service("stock", config={"SMTP_PASSWORD": "hunter2!"})),
    "AND092": lambda: catalog(BASE.service("stock", config={"DATABASE_POOL_SIZE": "50"})),
    "AND095": lambda: catalog(BASE.service("stock", config={"CLUSTER": "${ovh_cloud_project_kube.cluster.id}"})),
    "AND096": lambda: catalog(BASE.service("stock", config={f"WORDS_{n}": "x" * 120_000 for n in range(9)})),
    "AND097": lambda: catalog(
        BASE.service(
            "orders", secrets=(ManualSecret(name="tls", keys=("a", "a"), instructions="Made by the security lead."),)
        )
    ),
    # events and caches
    "AND100": lambda: catalog(BASE.service("stock", topics=(Topic(name="stock-changed", replication=3),))),
    "AND101": lambda: catalog(
        BASE.service("stock", topics=(Topic(name="order-placed", replication=3),), publishes=("order-placed",))
    ),
    "AND102": lambda: catalog(BASE.service("mailer", subscribes=("order-placed", "order-plced"))),
    "AND103": lambda: catalog(BASE.service("stock", publishes=("stock-changed",))),
    "AND104": lambda: catalog(
        BASE.service(
            "orders",
            topics=(Topic.model_construct(name="order-placed", partitions=6, replication=7, retention_hours=1),),
        )
    ),
    "AND105": lambda: catalog(BASE.service("stock", cache=Cache(categories=("+@read", "+@all")))),
    "AND106": lambda: catalog(
        BASE.service("orders", topics=(Topic(name="order-placed", replication=3, retention_hours=2000),))
    ),
    "AND107": lambda: catalog(
        BASE.service("mailer", subscribes=("order-placed", "Stock Changed")).service(
            "stock", publishes=("Stock Changed",)
        )
    ),
    "AND136": lambda: catalog(BASE.service("stock", cache=Cache(commands=("+info", "+eval")))),
    "AND108": lambda: catalog(BASE.service("stock", cache=Cache(categories=("+@raed",)))),
    "AND138": lambda: catalog(BASE.service("stock", cache=Cache(channels=("stock:a b",)))),
    "AND109": lambda: catalog(BASE.service("stock", cache=Cache(channels=("*",)))),
    # what is shared
    "AND110": lambda: catalog(BASE.environment("dev", domain=Domain(name="dev.shopp.example", zone="shopp.example"))),
    "AND111": lambda: catalog(
        BASE.environment("dev", domain=Domain(name="dev.elsewhere.example", zone="shop.example"))
    ),
    "AND112": lambda: catalog(
        BASE.environment("production", domain=Domain(name="live.shop.example", zone="shop.example"))
    ),
    "AND113": lambda: catalog(BASE.environment("staging", project="1" * 32)),
    "AND131": lambda: catalog(BASE.share(repository=repository(branch="main-${local.x}"))),
    "AND132": lambda: catalog(BASE.share(teams=(*BASE.shared.teams, Team(name="cash", group="")))),
    "AND133": lambda: catalog(BASE.share(repository=repository(path="../up"))),
    "AND134": lambda: catalog(BASE.share(contact="platform@shop")),
    "AND135": lambda: catalog(BASE.service("stock", command=("",))),
    "AND115": lambda: catalog(BASE.share(registry=Registry(region="GRA", plan="SMALL"))),
    "AND117": lambda: catalog(replace(BASE, outputs={"production": CloudOutputs(source="sandbox")})),
    "AND118": lambda: catalog(BASE.environment("production", state=State(region="EU-WEST-PAR", keep_days=7))),
    # Kubernetes objects
    "AND200": lambda: made(lambda s, d: container(d).update(command=["${TfToken[TOKEN.1]}"])),
    "AND201": lambda: made(
        lambda s, d: d.update(
            {
                "dev/orders/Secret.key.yaml": {
                    "apiVersion": "v1",
                    "kind": "Secret",
                    "metadata": {"name": "key", "namespace": "orders"},
                    "stringData": {"key": "value"},
                }
            }
        )
    ),
    "AND202": lambda: made(
        lambda s, d: d.update({"dev/stock/Namespace.orders.yaml": d["dev/orders/Namespace.orders.yaml"]})
    ),
    "AND203": lambda: made(lambda s, d: container(d).update(image="registry.invalid/orders:1")),
    "AND204": lambda: made(lambda s, d: d["dev/orders/Namespace.orders.yaml"]["metadata"].pop("labels")),
    "AND205": lambda: made(lambda s, d: d["dev/orders/ExternalSecret.all.yaml"]["metadata"].pop("namespace")),
    "AND206": lambda: made(lambda s, d: d.pop("dev/orders/NetworkPolicy.deny-all.yaml")),
    "AND207": lambda: made(lambda s, d: d["dev/orders/ExternalSecret.all.yaml"]["metadata"].update(name="All_Secrets")),
    "AND208": lambda: made(lambda s, d: container(d).pop("securityContext")),
    "AND209": lambda: made(
        lambda s, d: d.update(objects(1, "v1", "ResourceQuota", hard={"pods": "1"})),
    ),
    # Terraform stacks
    "AND210": lambda: made(
        lambda s, d: s["production-data"]["resource"]["ovh_cloud_project_database"]["postgres"].pop("lifecycle")
    ),
    "AND211": lambda: made(lambda s, d: s["dev-keys"]["output"].pop("key_store_host")),
    "AND212": lambda: made(
        lambda s, d: d["dev/orders/ExternalSecret.all.yaml"]["spec"]["data"].append({"remoteRef": {"key": "nowhere"}})
    ),
    "AND213": lambda: made(
        lambda s, d: s["dev-data"]["resource"]["ovh_okms_secret"].update(
            extra={"okms_id": "${x}", "path": "services/stock/unread"}
        )
    ),
    "AND214": lambda: made(lambda s, d: s["dev-network"]["output"].pop("network_id")),
    "AND215": lambda: made(second_state),
    "AND216": lambda: made(literal_password),
    "AND217": lambda: made(pool_without_zone),
    # limits of a project
    "AND218": lambda: made(
        lambda s, d: d.update(objects(201, "gateway.networking.k8s.io/v1", "Gateway", gatewayClassName="istio"))
    ),
    "AND219": lambda: made(lambda s, d: d.update(objects(2401, "v1", "PersistentVolumeClaim"))),
}
"""Code → its plant."""

ALSO: dict[str, set[str]] = {
    "AND003": {"AND027", "AND101"},
    "AND006": {"AND024"},
    "AND009": {"AND046"},
    "AND023": set(),
    "AND054": {"AND032"},
    "AND086": {"AND087"},
    "AND137": {"AND076"},
    "AND087": {"AND086"},
    "AND066": set(),
}
"""Code → other findings that the same mistake rightly brings."""
