"""Mistakes in what a service says of itself, its connections, its room and its releases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from andamio.model import (
    Domain,
    Egress,
    ManualSecret,
    Migration,
    Postgres,
    Probe,
    Probes,
    Resources,
    Route,
    Scaling,
    Schedule,
    Scratch,
    Service,
    per_env,
)
from tests.checks.planting import (
    BASE,
    Plant,
    accepted,
    catalog,
)
from tests.checks.shop import Shop, image


def probes(**changed: Any) -> Probes:
    return Probes(**changed)


def circle() -> Shop:
    return BASE.service("stock", calls=("orders",))


def many_images() -> Shop:
    """A team of so many jobs, each with a long tag of its own in each environment, that no rules are enough."""
    jobs = [BASE.services[3].model_copy(update={"name": f"job-{number}"}) for number in range(140)]
    made = BASE.add(*jobs)
    for environment in BASE.releases:
        images = {job.name: image(tag=f"{environment}-{job.name}-".ljust(128, "0")) for job in jobs}
        made = made.release(environment, **images)
    return made


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
    # releases
    "AND050": lambda: catalog(BASE.release("dev", stock=image(digest=None))),
    "AND051": lambda: catalog(BASE.release("dev", stok=image())),
    "AND052": lambda: catalog(BASE.release("staging", nightly=None)),
    "AND053": lambda: catalog(BASE.release("dev", stock=image(tag="latest"))),
    "AND054": lambda: catalog(many_images()),
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
}
