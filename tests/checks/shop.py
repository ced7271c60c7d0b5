"""A small valid catalog and its output, into which tests plant one mistake each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from andamio.contract.outputs import CloudOutputs
from andamio.contract.platform import Platform
from andamio.model import (
    Cache,
    Cluster,
    Domain,
    Egress,
    Environment,
    Http,
    Image,
    KeyStore,
    ManualSecret,
    Migration,
    Network,
    NodePool,
    Oidc,
    Pool,
    Postgres,
    PostgresCluster,
    Registry,
    Release,
    Repository,
    Route,
    Scaling,
    Schedule,
    Service,
    Shared,
    SingleSignOn,
    State,
    Team,
    Tombstone,
    Topic,
    per_env,
)

TODAY = date(2026, 9, 1)
DIGEST = f"sha256:{'0' * 64}"
LOGIN = Oidc(issuer="https://login.shop.example", client="kubernetes")


@dataclass(frozen=True)
class Shop:
    """The parts of a catalog, as a person declares them."""

    shared: Shared
    environments: tuple[Environment, ...]
    services: tuple[Service, ...]
    releases: dict[str, Release]
    outputs: dict[str, CloudOutputs]
    tombstones: tuple[Tombstone, ...] = ()

    def platform(self) -> Platform:
        return Platform.of(
            shared=self.shared,
            environments=self.environments,
            services=self.services,
            releases=self.releases,
            outputs=self.outputs,
            tombstones=self.tombstones,
        )

    def service(self, name: str, /, **changes: Any) -> Shop:
        """The same with fields of one service changed; a field that is `...` is left out."""
        found = next(service for service in self.services if service.name == name)
        return self.without(name).add(_changed(found, changes))

    def add(self, *services: Service) -> Shop:
        return replace(self, services=(*self.services, *services))

    def without(self, name: str) -> Shop:
        return replace(self, services=tuple(s for s in self.services if s.name != name))

    def environment(self, name: str, /, **changes: Any) -> Shop:
        return replace(
            self, environments=tuple(_changed(e, changes) if e.name == name else e for e in self.environments)
        )

    def network(self, name: str, **changes: Any) -> Shop:
        return self._part(name, "network", changes)

    def cluster(self, name: str, **changes: Any) -> Shop:
        return self._part(name, "cluster", changes)

    def pool(self, environment: str, index: int, **changes: Any) -> Shop:
        found = next(e for e in self.environments if e.name == environment)
        pools = list(found.pools)
        pools[index] = _changed(pools[index], changes)
        return self.environment(environment, pools=tuple(pools))

    def share(self, **changes: Any) -> Shop:
        return replace(self, shared=_changed(self.shared, changes))

    def release(self, environment: str, **images: Image | None) -> Shop:
        """The same with images of an environment set, or taken out by None."""
        services = {**self.releases[environment].services, **images}
        kept = Release(services={name: image for name, image in services.items() if image})
        return replace(self, releases={**self.releases, environment: kept})

    def bury(self, *tombstones: Tombstone) -> Shop:
        return replace(self, tombstones=(*self.tombstones, *tombstones))

    def _part(self, name: str, field: str, changes: dict[str, Any]) -> Shop:
        found = next(e for e in self.environments if e.name == name)
        return self.environment(name, **{field: _changed(getattr(found, field), changes)})


def _changed(model: Any, changes: dict[str, Any]) -> Any:
    fields = {name: getattr(model, name) for name in model.model_fields_set} | changes
    return type(model)(**{name: value for name, value in fields.items() if value is not ...})


def image(tag: str = "12e0345", digest: str | None = DIGEST) -> Image:
    return Image(tag=tag, digest=digest)


def _environment(name: str, tier: Any, number: int, **more: Any) -> Environment:
    values: dict[str, Any] = {
        "region": "GRA11",
        "domain": Domain(name=f"{name}.shop.example", zone="shop.example"),
        "keys": KeyStore(region="eu-west-gra"),
        "state": State(region="GRA"),
        **more,
    }
    return Environment(
        name=name,
        tier=tier,
        project=str(number) * 32,
        network=Network(nodes=f"10.{number}0.0.0/20", vlan=number),
        cluster=Cluster(version="1.35", api_allow=("203.0.113.0/28",), oidc=LOGIN),
        pools=(
            NodePool(name="system", role="system", flavor="b3-16", min=2, max=4),
            NodePool(name="apps", role="applications", flavor="b3-16", min=1, max=4),
        ),
        **values,
    )


def shop() -> Shop:
    """A valid catalog: three environments, and a service of each kind with every store."""
    orders = Service(
        name="orders",
        team="commerce",
        tier="critical",
        http=Http(),
        scaling=per_env(Scaling(), production=Scaling(min=2, max=4)),
        database=Postgres(
            cluster=per_env(None, production=PostgresCluster(plan="advanced", flavor="b3-16")),
            pool=Pool(size=per_env(5, production=40)),
        ),
        migration=Migration(command=("/app/orders", "migrate")),
        topics=(Topic(name="order-placed", partitions=6, replication=3),),
        publishes=("order-placed",),
        calls=("stock",),
        routes=(Route(host="api", path="/orders"),),
        secrets=(ManualSecret(name="signing", keys=("key.pem",), instructions="Made by the security lead, once."),),
    )
    stock = Service(
        name="stock",
        team="commerce",
        http=Http(port=9090),
        database=Postgres(pool=Pool(mode="session", size=30, client_connections=5)),
        cache=Cache(channels=("stock:changed",)),
        config={"LOG_LEVEL": per_env("debug", production="warn"), "CACHE_KEY": "on"},
        routes=(Route(host="api", path="/stock"), Route(host="", path="/")),
    )
    mailer = Service(
        name="mailer",
        team="web",
        subscribes=("order-placed",),
        calls=("orders",),
        egress=(Egress(host="smtp.mail.example", port=587),),
    )
    nightly = Service(name="nightly", team="web", schedule=Schedule(cron="30 2 * * mon-fri", time_zone="Europe/Madrid"))
    services = (orders, stock, mailer, nightly)
    return Shop(
        shared=Shared(
            name="shop",
            project="f" * 32,
            repository=Repository(url="https://git.shop.example/platform.git"),
            teams=(Team(name="commerce", group="shop-commerce"), Team(name="web", group="shop-web")),
            sso=SingleSignOn(issuer="https://login.shop.example", client="argocd", administrators="shop-platform"),
            registry=Registry(region="GRA"),
            state=State(region="GRA"),
            keys=KeyStore(region="eu-west-gra"),
            zones=("shop.example", "shop-live.example"),
            contact="platform@shop.example",
        ),
        environments=(
            _environment("dev", "development", 1),
            _environment("staging", "staging", 2),
            _environment(
                "production",
                "production",
                3,
                region="EU-WEST-PAR",
                zones=("eu-west-par-a", "eu-west-par-b", "eu-west-par-c"),
                domain=Domain(name="shop-live.example", zone="shop-live.example"),
                state=State(region="EU-WEST-PAR"),
                keys=KeyStore(region="eu-west-par"),
            ),
        ),
        services=services,
        releases={
            name: Release(services={service.name: image() for service in services})
            for name in ("dev", "staging", "production")
        },
        outputs={},
    )
