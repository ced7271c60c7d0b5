"""No rule raises, whatever the model takes: mistakes do not come alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from andamio.checks.run import run
from andamio.model import (
    Cache,
    Cluster,
    Domain,
    Egress,
    Http,
    Image,
    KafkaCluster,
    KeyStore,
    ManualSecret,
    Migration,
    Network,
    NodePool,
    Pool,
    Postgres,
    PostgresCluster,
    Probe,
    Probes,
    Registry,
    Resources,
    Route,
    Scaling,
    Schedule,
    Scratch,
    State,
    Tombstone,
    Topic,
    ValkeyCluster,
    per_env,
)
from tests.checks.planting import BASE, OLD
from tests.checks.shop import LOGIN, TODAY, Shop

NAMES = ("orders", "stock", "mailer", "nightly")
TEXTS = ("", "x", "orders", "order-placed", "Order Placed", "ü" * 300, "..", "a" * 250)

SERVICE: dict[str, tuple[Any, ...]] = {
    "team": ("nobody",),
    "tier": ("critical", "best-effort"),
    "renamed_from": ("orders", "mailer", "old", (), ("old", "orders", "old"), ("old", "older")),
    "http": (None, Http(), per_env(None, staging=Http(protocol="grpc"))),
    "schedule": (None, Schedule(cron="1 2 30 2 *"), Schedule(cron="x y z 1 2", time_zone="", concurrency="Allow")),
    "probes": (
        Probes(startup=None, readiness=None, liveness=None),
        Probes(startup=Probe(), readiness=Probe(path="/", command=("x",))),
    ),
    "resources": (Resources(cpu=100_000, memory=10**6), Resources(cpu=1, cpu_limit=1, memory=16, memory_limit=16)),
    "scaling": (Scaling(min=9, max=1), Scaling(min=1, max=10**6), per_env(Scaling(), nowhere=Scaling())),
    "scratch": ((Scratch(path="/.."), Scratch(path="/tmp"), Scratch(path="/tmp")), (Scratch(path="//"),)),
    "database": (
        None,
        Postgres(),
        Postgres(placement="dedicated", pool=Pool(size=10**6, mode="session", client_connections=10**6)),
        Postgres(
            placement="shared", cluster=PostgresCluster(plan="", flavor="", version="", backup_regions=("x", "y", "z"))
        ),
        per_env(None, dev=Postgres(placement=per_env("shared", nowhere="dedicated"))),
    ),
    "migration": (None, Migration(command=())),
    "cache": (None, Cache(categories=(), channels=TEXTS), Cache(categories=("+@all", "-@nothing"))),
    "topics": ((), (Topic(name="order-placed"), Topic(name="order-placed", replication=1))),
    "publishes": ((), TEXTS),
    "subscribes": ((), TEXTS),
    "calls": ((), TEXTS, NAMES),
    "routes": (
        (),
        (Route(host=""), Route(host="", path="//"), Route(host="api", path="/orders//x/"), Route(host="argocd")),
    ),
    "egress": ((), (Egress(host="a.svc.cluster.local", addresses=("999.1.1.1/99",)),)),
    "config": ({}, {"A_TOKEN": "${x}", "DATABASE_POOL_SIZE": "", "B": per_env("b", nowhere="c")}),
    "secrets": (
        (),
        (ManualSecret(name="cache", keys=("..", "..", "."), instructions="Nobody knows where it is."),) * 2,
    ),
}
ENVIRONMENT: dict[str, tuple[Any, ...]] = {
    "region": ("", "NOWHERE", "EU-WEST-PAR", "RBX-A"),
    "zones": ((), ("",), ("eu-west-par-a", "eu-west-par-a", "x")),
    "project": ("1" * 32, "f" * 32),
    "network": (
        Network(nodes="0.0.0.0/0", pods="0.0.0.0/0", services="0.0.0.0/0"),
        Network(nodes="999.0.0.0/99", pods="1.2.3.4/8", services="10.0.0.0/32", vlan=1),
    ),
    "cluster": (
        Cluster(version="1.99", plan="free", api_allow=(), oidc=LOGIN),
        Cluster(version="1.00", api_allow=("0.0.0.0/0", "999.1.1.1/99"), oidc=LOGIN, update_policy="NEVER_UPDATE"),
    ),
    "pools": (
        (),
        (NodePool(name="a-", role="system", flavor="", min=0, max=1, labels={"": "", "/": "/", "a/b/c": "ü"}),) * 2,
        (NodePool(name="x", role="applications", flavor="d2-2", min=9, max=1),),
    ),
    "domain": (Domain(name="a.bb", zone="b.aa"), Domain(name="dev.shop.example", zone="shop.example")),
    "state": (State(region="", keep_days=7),),
    "keys": (KeyStore(region=""),),
    "postgres": (PostgresCluster(plan="x", flavor="db1-4", deletion_protection=False, backup_regions=("",)),),
    "valkey": (ValkeyCluster(version="", plan="", flavor=""),),
    "kafka": (KafkaCluster(version="", plan="", flavor=""),),
}


def some(choices: dict[str, tuple[Any, ...]]) -> st.SearchStrategy[dict[str, Any]]:
    """A few fields, each with one of its odd values."""
    one = st.sampled_from(sorted(choices)).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(choices[name]))
    )
    return st.lists(one, max_size=6).map(dict)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    services=st.dictionaries(st.sampled_from(NAMES), some(SERVICE), max_size=4),
    environments=st.dictionaries(st.sampled_from(("dev", "staging", "production")), some(ENVIRONMENT), max_size=3),
    image=st.sampled_from((None, Image(tag="latest"))),
    stone=st.sampled_from(
        (
            (),
            (
                Tombstone(
                    service="orders",
                    environments=("dev", "nowhere"),
                    database="shared",
                    cache=True,
                    topics=("order-placed", "t"),
                ),
            ),
        )
    ),
)
def test_every_catalog_that_the_model_takes_gets_findings_and_no_traceback(
    services: dict[str, dict[str, Any]],
    environments: dict[str, dict[str, Any]],
    image: Image | None,
    stone: tuple[Tombstone, ...],
) -> None:
    shop: Shop = BASE.bury(*stone).release("dev", orders=image, unknown=image)
    for name, changes in services.items():
        shop = shop.service(name, **changes)
    for name, changes in environments.items():
        shop = shop.environment(name, **changes)
    shop = shop.share(registry=Registry(region=""))
    findings = run(shop.platform(), output=OLD, previous=OLD, today=TODAY)
    assert findings == sorted(findings, key=lambda finding: finding.order)
    assert "AND116" in {finding.code for finding in findings}
    assert all(str(finding).startswith(finding.code) and "\n" not in str(finding) for finding in findings)
