"""A small valid platform for tests that need one, and not a catalog folder."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from andamio.contract.platform import Platform
from andamio.model import (
    Cluster,
    Domain,
    Environment,
    Http,
    KeyStore,
    Network,
    NodePool,
    Oidc,
    Registry,
    Release,
    Repository,
    Route,
    Service,
    Shared,
    SingleSignOn,
    State,
    Taint,
    Team,
)
from andamio.model.release import Image
from andamio.model.types import EnvironmentTier

__all__ = ["minimal_environment", "minimal_platform", "minimal_shared"]

_LOGIN = "https://login.company.example"
_TEAM = "core"
_TAINT = Taint(key="andamio.dev/system", value="true")


def minimal_platform(services: Iterable[Service] | None = None, **changes: Any) -> Platform:
    """A platform with `services` in environments `dev` and `production`, which breaks no rule of its own.

    Default of `services`: one, `hello` of team `core`, with a route. Every service is released everywhere, and its
    team exists. `changes` are arguments of `Platform.of` (`environments`, `releases`, `shared`, `outputs`, ...) and
    take the place of what would be there.
    """
    declared = tuple(_hello() if services is None else services)
    environments = changes.pop("environments", None) or (
        minimal_environment("dev", "development", number=1),
        minimal_environment("production", "production", number=2),
    )
    image = Image(tag="1" * 40, digest=f"sha256:{'a' * 64}")
    release = Release(services={service.name: image for service in declared})
    arguments: dict[str, Any] = {
        "shared": minimal_shared(team for service in declared for team in [service.team]),
        "environments": tuple(environments),
        "services": declared,
        "releases": {environment.name: release for environment in environments},
    }
    return Platform.of(**{**arguments, **changes})


def minimal_shared(teams: Iterable[str] = ()) -> Shared:
    """What environments share, with these teams; default: `core` alone."""
    return Shared(
        name="company",
        project="0" * 32,
        repository=Repository(url="https://git.company.example/platform.git"),
        teams=tuple(Team(name=team, group=f"company-{team}") for team in sorted(set(teams) or {_TEAM})),
        sso=SingleSignOn(issuer=_LOGIN, client="argocd", administrators="company-platform"),
        registry=Registry(region="GRA"),
        state=State(region="GRA"),
        keys=KeyStore(region="eu-west-gra"),
        zones=("company.example", "company-shop.example"),
        contact="platform@company.example",
    )


def minimal_environment(name: str, tier: EnvironmentTier, *, number: int, **changes: Any) -> Environment:
    """An environment with nothing unusual. `number`, 1 to 9, tells its project and ranges from those of others.

    `changes` are arguments of `Environment` and take the place of what would be there.
    """
    production = tier == "production"
    arguments: dict[str, Any] = {
        "name": name,
        "tier": tier,
        "project": f"{number}" * 32,
        "region": "EU-WEST-PAR" if production else "GRA11",
        "zones": ("eu-west-par-a", "eu-west-par-b", "eu-west-par-c") if production else (),
        "network": Network(nodes=f"10.{number}0.0.0/20", vlan=100 + number),
        "cluster": Cluster(
            version="1.35", api_allow=("203.0.113.0/28",), oidc=Oidc(issuer=_LOGIN, client="kubernetes")
        ),
        "pools": (
            NodePool(name="system", role="system", flavor="b3-16", min=1 if production else 3, max=6, taints=(_TAINT,)),
            NodePool(name="apps", role="applications", flavor="b3-32", min=1, max=10),
        ),
        "domain": Domain(
            name="company-shop.example" if production else f"{name}.company.example",
            zone="company-shop.example" if production else "company.example",
        ),
        "state": State(region="EU-WEST-PAR" if production else "GRA"),
        "keys": KeyStore(region="eu-west-par" if production else "eu-west-gra"),
    }
    return Environment(**{**arguments, **changes})


def _hello() -> tuple[Service, ...]:
    return (Service(name="hello", team=_TEAM, http=Http(), routes=(Route(host="hello"),)),)
