"""A small platform in which every field of the model is set somewhere, and which breaks no rule."""

from __future__ import annotations

import datetime

from andamio.contract.outputs import CloudOutputs, SharedOutputs
from andamio.contract.platform import Platform
from andamio.model import (
    Acceptance,
    Cache,
    Cluster,
    Domain,
    Egress,
    Environment,
    Http,
    Image,
    KafkaCluster,
    KeyStore,
    ManualSecret,
    Migration,
    Network,
    NodePool,
    Oidc,
    Pool,
    Postgres,
    PostgresCluster,
    Probe,
    Probes,
    Registry,
    Release,
    Repository,
    Resources,
    Route,
    Scaling,
    Schedule,
    Scratch,
    Service,
    Shared,
    SingleSignOn,
    State,
    Taint,
    Team,
    Tombstone,
    Topic,
    ValkeyCluster,
)
from tests.properties.declarations import Declarations

_LATER = datetime.date(2126, 1, 31)
_LOGIN = Oidc(
    issuer="https://login.full.example/realms/full",
    client="kubernetes",
    username_claim="preferred_username",
    groups_claim="roles",
)
_SYSTEM = Taint(key="andamio.dev/system", value="true", effect="NoSchedule")


def _accepted(code: str, at: str) -> tuple[Acceptance, ...]:
    return (Acceptance(code=code, at=at, reason="A test needs something that is accepted.", until=_LATER),)


SHARED = Shared(
    name="full",
    project="f" * 32,
    repository=Repository(url="https://git.full.example/platform.git", branch="trunk", path="out/dist"),
    teams=(Team(name="front", group="full-front"), Team(name="back", group="full-back")),
    sso=SingleSignOn(issuer="https://login.full.example", client="argocd", administrators="full-platform"),
    registry=Registry(region="GRA", plan="SMALL", keep=30),
    state=State(region="GRA", keep_days=120),
    keys=KeyStore(region="eu-west-gra"),
    zones=("full.example", "full-shop.example"),
    contact="platform@full.example",
    accepted=_accepted("AND115", "registry.plan"),
)

DEV = Environment(
    name="dev",
    tier="development",
    project="1" * 32,
    region="GRA11",
    network=Network(nodes="10.10.0.0/20", pods="10.240.0.0/13", services="10.3.0.0/16", vlan=110, gateway="m"),
    cluster=Cluster(version="1.35", plan="free", api_allow=("203.0.113.0/28",), oidc=_LOGIN),
    pools=(
        NodePool(name="system", role="system", flavor="b3-16", min=3, max=6, taints=(_SYSTEM,)),
        NodePool(name="apps", role="applications", flavor="b3-32", min=2, max=8),
    ),
    domain=Domain(name="dev.full.example", zone="full.example"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
)

PRODUCTION = Environment(
    name="prod",
    tier="production",
    project="2" * 32,
    region="EU-WEST-PAR",
    zones=("eu-west-par-a", "eu-west-par-b", "eu-west-par-c"),
    network=Network(nodes="10.30.0.0/19", pods="10.240.0.0/13", services="10.3.0.0/16", vlan=130, gateway="xl"),
    cluster=Cluster(
        version="1.35",
        plan="standard",
        update_policy="NEVER_UPDATE",
        api_allow=("203.0.113.0/28", "198.51.100.0/28"),
        oidc=_LOGIN,
        audit_stream="9c1a2b3c-4d5e-4f60-8172-93a4b5c6d7e8",
    ),
    pools=(
        NodePool(name="system", role="system", flavor="b3-16", min=1, max=3, taints=(_SYSTEM,)),
        NodePool(
            name="apps", role="applications", flavor="b3-32", min=2, max=8, labels={"full.example/purpose": "shop"}
        ),
    ),
    domain=Domain(name="full-shop.example", zone="full-shop.example"),
    state=State(region="EU-WEST-PAR", keep_days=365),
    keys=KeyStore(region="eu-west-par"),
    postgres=PostgresCluster(
        version="17",
        plan="advanced",
        flavor="b3-32",
        disk=320,
        backup_time="01:00:00",
        backup_regions=("EU-WEST-PAR", "GRA"),
        maintenance_time="02:30:00",
        deletion_protection=True,
    ),
    valkey=ValkeyCluster(
        version="8.1", plan="production", flavor="b3-8", maintenance_time="03:15:00", deletion_protection=True
    ),
    kafka=KafkaCluster(
        version="4.1", plan="advanced", flavor="b3-16", maintenance_time="04:15:00", deletion_protection=True
    ),
    accepted=_accepted("AND121", "cluster.update_policy"),
)

SHOP = Service(
    name="shop",
    team="front",
    tier="critical",
    http=Http(port=3000, protocol="http"),
    command=("/app/shop", "serve"),
    args=("--verbose", "--blue"),
    probes=Probes(
        startup=Probe(path="/started", period=7, timeout=3, failures=20),
        readiness=Probe(path="/ready", period=8, timeout=4, failures=4),
        liveness=Probe(path="/live", period=21, timeout=5, failures=5),
    ),
    resources=Resources(cpu=200, memory=256, cpu_limit=900, memory_limit=512),
    scaling=Scaling(min=3, max=6, cpu=60, memory=80, stabilization=240),
    grace_period=45,
    scratch=(Scratch(path="/var/cache/shop", size=96), Scratch(path="/tmp", size=32)),
    database=Postgres(
        placement="dedicated",
        cluster=PostgresCluster(
            version="17",
            plan="advanced",
            flavor="b3-32",
            disk=320,
            backup_time="01:30:00",
            backup_regions=("EU-WEST-PAR", "GRA"),
            maintenance_time="02:45:00",
            deletion_protection=True,
        ),
        pool=Pool(size=40, mode="transaction", client_connections=6),
        extensions=("citext", "pgcrypto"),
    ),
    migration=Migration(command=("/app/migrate",), timeout=700, retries=2),
    cache=Cache(
        categories=("+@read", "+@write", "+@connection"),
        commands=("+info", "-flushdb"),
        channels=("shop:news", "shop:alarms"),
    ),
    topics=(
        Topic(name="order-placed", partitions=6, replication=2, retention_hours=200),
        Topic(name="cart-left", partitions=2),
    ),
    publishes=("order-placed", "cart-left"),
    subscribes=("stock-changed", "shelf-empty"),
    calls=("stock", "letters"),
    routes=(Route(host="api", path="/shop", rewrite="/inside", timeout=20), Route(host="www", path="/")),
    egress=(
        Egress(host="pay.outside.example", port=8443, addresses=("192.0.2.16/28", "192.0.2.64/28")),
        Egress(host="mail.outside.example", addresses=("192.0.2.32/28",)),
    ),
    config={"CURRENCY": "EUR", "LOG_LEVEL": "info"},
    secrets=(
        ManualSecret(
            name="provider", keys=("api-key", "webhook"), instructions="From the payment provider's dashboard, keys."
        ),
        ManualSecret(name="mail", keys=("password",), instructions="From the mail provider's console, accounts."),
    ),
    secret_refresh=600,
)

STOCK = Service(
    name="stock",
    team="back",
    renamed_from="depot",
    http=Http(port=9090, protocol="grpc"),
    scaling=Scaling(min=1, max=2, memory=None),
    database=Postgres(placement="shared", pool=Pool(size=20, client_connections=2)),
    cache=Cache(),
    publishes=("stock-changed", "shelf-empty"),
    subscribes=("order-placed", "cart-left"),
)

LETTERS = Service(
    name="letters", team="back", http=Http(), calls=("nightly-api",), accepted=_accepted("AND024", "calls[0]")
)

NIGHTLY_API = Service(name="nightly-api", team="back", http=Http(), calls=("letters",))

NIGHTLY = Service(
    name="nightly",
    team="back",
    tier="best-effort",
    schedule=Schedule(
        cron="15 3 * * *", time_zone="Europe/Madrid", concurrency="Replace", deadline=1800, retries=3, suspended=False
    ),
    scratch=(Scratch(path="/work", size=64),),
)

WORKER = Service(
    name="worker",
    team="back",
    probes=Probes(
        startup=Probe(command=("/app/worker", "started"), failures=9),
        readiness=Probe(command=("/app/worker", "ready"), period=11),
        liveness=Probe(command=("/app/worker", "alive"), period=31),
    ),
    subscribes=("order-placed",),
)


def _image(letter: str) -> Image:
    return Image(tag=letter * 40, digest=f"sha256:{letter * 64}")


_SERVICES = (SHOP, STOCK, LETTERS, NIGHTLY_API, NIGHTLY, WORKER)
_RELEASE = Release(services={service.name: _image(letter) for service, letter in zip(_SERVICES, "abcdef", strict=True)})

FULL = Declarations(
    shared=SHARED,
    environments=(DEV, PRODUCTION),
    services=_SERVICES,
    releases={"dev": _RELEASE, "prod": _RELEASE},
    outputs={
        "prod": CloudOutputs(
            source="ovh",
            cluster_id="b2c3d4e5-0000-4000-8000-000000000001",
            key_store_id="b2c3d4e5-0000-4000-8000-000000000002",
            key_store_host="eu-west-par.okms.ovh.net",
            store_ports={
                "postgres": (20301, 20302),
                "postgres-shop": (20303, 20304),
                "valkey": (20305,),
                "kafka": (20306,),
            },
        )
    },
    shared_outputs=SharedOutputs(
        source="ovh", registry_host="full.c1.gra9.container-registry.ovh.net", key_store_id="b2c3d4e5-0000-4000"
    ),
    tombstones=(
        Tombstone(
            service="wishes",
            environments=("prod",),
            database="shared",
            cache=True,
            topics=("wish-made", "wish-granted"),
        ),
    ),
)


def full_platform() -> Platform:
    """The platform of `FULL`."""
    return FULL.platform()
