"""What one share of an environment is built from: exactly what it may read, and nothing else.

A construct gets a view, never the whole platform. So the digest of a view is the whole input of the share, and
a share whose view did not change need not be built again.
"""

from __future__ import annotations

from dataclasses import dataclass

from andamio.contract.order import service_in_order
from andamio.contract.outputs import CloudOutputs, SharedOutputs
from andamio.contract.platform import EnvironmentView
from andamio.contract.stores import DOCUMENTED_PORTS, KAFKA, VALKEY
from andamio.model import Environment, Service, Shared
from andamio.model.release import Image

__all__ = ["Callee", "Context", "ServiceView", "context", "service_view", "store_ports"]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What every share of an environment may read."""

    shared: Shared
    environment: Environment
    outputs: CloudOutputs
    shared_outputs: SharedOutputs


@dataclass(frozen=True, kw_only=True)
class Callee:
    """A service that another one calls."""

    name: str
    port: int
    """Its container port; 0 when it answers none (a finding of its own)."""


@dataclass(frozen=True, kw_only=True)
class ServiceView:
    """One service in one environment, and what it depends on."""

    context: Context
    service: Service
    """Resolved for the environment, its lists in order."""

    source: str
    """The catalog file that declares it."""

    image: Image | None
    """What runs; None when it is not deployed here."""

    image_reference: str
    """registry/project/name:tag@digest; empty when it is not deployed here."""

    callees: tuple[Callee, ...]
    """Services that it calls, by name."""

    callers: tuple[str, ...]
    """Services that call it, by name."""

    database_cluster: str
    """Name of the PostgreSQL cluster of its database; empty without a database."""

    store_ports: tuple[tuple[str, tuple[int, ...]], ...]
    """Each store that it uses with its TCP ports."""

    @property
    def environment(self) -> Environment:
        """The environment."""
        return self.context.environment

    @property
    def deployed(self) -> bool:
        """Whether a workload runs here."""
        return self.image is not None


def context(view: EnvironmentView) -> Context:
    """The part of an environment that every share may read."""
    return Context(
        shared=view.shared, environment=view.environment, outputs=view.outputs, shared_outputs=view.shared_outputs
    )


def store_ports(view: EnvironmentView, store: str) -> tuple[int, ...]:
    """TCP ports of a store: as published by the last deploy, else as documented."""
    return view.outputs.store_ports.get(store) or DOCUMENTED_PORTS[store.split("-", maxsplit=1)[0]]


def service_view(view: EnvironmentView, name: str) -> ServiceView:
    """The view of one service."""
    service = view.by_name[name]
    image = view.image(name)
    cluster = view.database_cluster_of(service).name if service.database is not None else ""
    stores = [cluster] if cluster else []
    if service.cache is not None:
        stores.append(VALKEY)
    if service.publishes or service.subscribes:
        stores.append(KAFKA)
    callees = []
    for callee in sorted(set(service.calls)):
        http = view.by_name[callee].http if callee in view.by_name else None
        callees.append(Callee(name=callee, port=http.port if http else 0))
    return ServiceView(
        context=context(view),
        service=service_in_order(service),
        source=view.files.get(name, ""),
        image=image,
        image_reference=view.image_reference(service) if image else "",
        callees=tuple(callees),
        callers=view.callers.get(name, ()),
        database_cluster=cluster,
        store_ports=tuple((store, store_ports(view, store)) for store in stores),
    )
