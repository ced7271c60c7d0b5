"""A small platform of two environments, and its data stacks as Terraform reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from andamio.cdktf import Testing as Cdktf
from andamio.contract.outputs import CloudOutputs
from andamio.contract.platform import Platform
from andamio.model import (
    Cache,
    Cluster,
    Domain,
    Environment,
    KeyStore,
    Migration,
    Network,
    NodePool,
    Oidc,
    Postgres,
    Registry,
    Repository,
    Service,
    Shared,
    SingleSignOn,
    State,
    Team,
    Tombstone,
)
from infra.stacks.data import DataStack, data_parts, data_view
from infra.stacks.gitops import GitopsStack, gitops_view

SHARED = Shared(
    name="shop",
    project="0" * 32,
    repository=Repository(url="ssh://git@git.example.com/platform.git"),
    teams=(Team(name="commerce", group="commerce"),),
    sso=SingleSignOn(issuer="https://login.example.com", client="argocd", administrators="admins"),
    registry=Registry(region="GRA"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-gra"),
    zones=("example.com",),
    contact="ops@example.com",
)


def environment(name: str, tier: str, region: str, number: int) -> Environment:
    """An environment with nothing unusual."""
    return Environment(
        name=name,
        tier=tier,
        project=f"{number}" * 32,
        region=region,
        network=Network(nodes=f"10.{number}0.0.0/20"),
        cluster=Cluster(
            version="1.35",
            api_allow=("203.0.113.0/28",),
            oidc=Oidc(issuer="https://login.example.com", client="kubernetes"),
        ),
        pools=(
            NodePool(name="system", role="system", flavor="b3-8", min=1, max=3),
            NodePool(name="apps", role="applications", flavor="b3-16", min=1, max=3),
        ),
        domain=Domain(name=f"{name}.example.com", zone="example.com"),
        state=State(region="GRA"),
        keys=KeyStore(region="eu-west-gra"),
    )


DEV = environment("dev", "development", "GRA11", 1)
PRODUCTION = environment("production", "production", "EU-WEST-PAR", 2)

ORDERS = Service(
    name="orders",
    team="commerce",
    tier="critical",
    database=Postgres(),
    migration=Migration(command=("migrate",)),
    cache=Cache(channels=("orders.*",)),
    publishes=("order.placed", "audit"),
    subscribes=("payment-settled", "audit"),
)
PAYMENTS = Service(
    name="payments", team="commerce", database=Postgres(), publishes=("payment-settled",), subscribes=("order.placed",)
)
STOCK = Service(name="stock", team="commerce", database=Postgres())
MAIL = Service(name="mail", team="commerce", subscribes=("order.placed",))
SITE = Service(name="site", team="commerce")
ALL = (ORDERS, PAYMENTS, STOCK, MAIL, SITE)


def platform(
    services: Iterable[Service] = ALL,
    *,
    tombstones: tuple[Tombstone, ...] = (),
    outputs: dict[str, CloudOutputs] | None = None,
    shared: Shared = SHARED,
) -> Platform:
    """The platform with these services."""
    return Platform.of(
        shared=shared,
        environments=(PRODUCTION, DEV),
        services=tuple(services),
        tombstones=tombstones,
        outputs=outputs,
    )


def data_stack(of: Platform, env: str = "production", *, only: Iterable[str] | None = None) -> dict[str, Any]:
    """The data stack of an environment, with the parts of all services or of those named in `only`."""
    view = of.views[env]
    stack = DataStack(Cdktf.app(), f"{env}-data", data_view(view))
    for part in data_parts(view):
        if only is None or part.name in only:
            stack.add_part(part.name, part.view)
    return json.loads(Cdktf.synth(stack))


def gitops_stack(of: Platform, env: str = "production") -> dict[str, Any]:
    """The gitops stack of an environment."""
    return json.loads(Cdktf.synth(GitopsStack(Cdktf.app(), f"{env}-gitops", gitops_view(of.views[env]))))


def addresses(stack: dict[str, Any]) -> set[str]:
    """Address of every resource."""
    return {f"{kind}.{label}" for kind, found in stack.get("resource", {}).items() for label in found}
