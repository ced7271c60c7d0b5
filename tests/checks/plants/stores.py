"""Mistakes in databases, caches and topics, and in what becomes of their data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from andamio.model import (
    Cache,
    Egress,
    KafkaCluster,
    Pool,
    Postgres,
    Service,
    Tombstone,
    Topic,
    per_env,
)
from tests.checks.planting import (
    BASE,
    OLD,
    Plant,
    catalog,
    change,
    orders_database,
    postgres,
)
from tests.checks.shop import Shop
from tests.checks.shop_output import edited


def against_before(changed: Shop) -> Plant:
    """The catalog changed since the last synthesis."""
    return Plant(changed.platform(), previous=OLD)


def renamed_topic(stacks: Any, documents: Any) -> None:
    topics = stacks["production-data"]["resource"]["ovh_cloud_project_database_kafka_topic"]
    topics["topic_other"] = topics.pop("topic_order-placed")


def without_environment() -> Shop:
    kept = replace(BASE, environments=BASE.environments[1:])
    return replace(kept, releases={n: r for n, r in BASE.releases.items() if n != "dev"})


PLANTS: dict[str, Callable[[], Plant]] = {
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
}
