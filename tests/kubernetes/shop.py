"""A small platform to build charts from: one environment, a few services, everything deployed unless told."""

from __future__ import annotations

from typing import Any

from andamio.cdk8s import App
from andamio.contract.platform import EnvironmentView, Platform
from andamio.contract.views import ServiceView, service_view
from andamio.model import (
    Cluster,
    Domain,
    Environment,
    Image,
    KeyStore,
    Network,
    NodePool,
    Oidc,
    Registry,
    Release,
    Repository,
    Service,
    Shared,
    SingleSignOn,
    State,
    Taint,
    Team,
)
from k8s.service_chart import ServiceChart

Body = dict[str, Any]

SHARED = Shared(
    name="tienda",
    project="1" * 32,
    repository=Repository(url="https://git.example/platform.git"),
    teams=(Team(name="commerce", group="commerce"),),
    sso=SingleSignOn(issuer="https://sso.example", client="argocd", administrators="platform"),
    registry=Registry(region="GRA"),
    state=State(region="GRA"),
    keys=KeyStore(region="eu-west-rbx"),
    zones=("tienda.example",),
    contact="platform@tienda.example",
)
IMAGE = Image(tag="4f2a91c", digest=f"sha256:{'a' * 64}")


def environment(*, plan: str = "standard", taints: tuple[Taint, ...] = (), **more: Any) -> Environment:
    """An environment for development."""
    fields: dict[str, Any] = {
        "name": "dev",
        "tier": "development",
        "project": "0" * 32,
        "region": "GRA11",
        "network": Network(nodes="10.10.0.0/16"),
        "cluster": Cluster(
            version="1.35",
            plan=plan,
            api_allow=("203.0.113.0/24",),
            oidc=Oidc(issuer="https://sso.example", client="kubernetes"),
        ),
        "pools": (
            NodePool(name="system", role="system", flavor="b3-8", min=1, max=3),
            NodePool(name="apps", role="applications", flavor="b3-16", min=1, max=5, taints=taints),
        ),
        "domain": Domain(name="dev.tienda.example", zone="tienda.example"),
        "state": State(region="GRA"),
        "keys": KeyStore(region="eu-west-rbx"),
    }
    return Environment(**{**fields, **more})


def shop(*services: Service, at: Environment | None = None, deployed: bool = True) -> EnvironmentView:
    """One environment with these services."""
    place = at or environment()
    images = {service.name: IMAGE for service in services} if deployed else {}
    platform = Platform.of(
        shared=SHARED, environments=(place,), services=services, releases={place.name: Release(services=images)}
    )
    return platform.views[place.name]


def view(service: Service, *others: Service, at: Environment | None = None, deployed: bool = True) -> ServiceView:
    """The view of the first service."""
    return service_view(shop(service, *others, at=at, deployed=deployed), service.name)


def service(name: str = "orders", **fields: Any) -> Service:
    """A service of team commerce."""
    return Service(name=name, team="commerce", **fields)


def objects(seen: ServiceView) -> list[Body]:
    """Every object of a service's chart."""
    return list(ServiceChart(App(), seen.service.name, seen).to_json())


def built(declared: Service, *others: Service, at: Environment | None = None, deployed: bool = True) -> list[Body]:
    """Every object of the chart of the first service."""
    return objects(view(declared, *others, at=at, deployed=deployed))


def find(found: list[Body], kind: str, name: str = "orders") -> Body:
    """The one object of a kind and name."""
    (only,) = [body for body in found if body["kind"] == kind and body["metadata"]["name"] == name]
    return only


def names(found: list[Body], kind: str) -> set[str]:
    """Names of all objects of a kind."""
    return {body["metadata"]["name"] for body in found if body["kind"] == kind}


def pod(workload: Body) -> Body:
    """The pod of a Deployment, CronJob or Job."""
    spec = workload["spec"]
    if workload["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return dict(spec["template"]["spec"])
