"""The whole catalog as both planes see it: declared once, resolved for each environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from andamio.contract.outputs import CloudOutputs, SharedOutputs
from andamio.contract.stores import DatabaseCluster, database_clusters, topics
from andamio.model import Environment, Release, Service, Shared, Tombstone, Topic
from andamio.model.defaults import environment_default, service_defaults
from andamio.model.release import Image

__all__ = ["EnvironmentView", "Platform"]

_TIERS = {"development": 0, "staging": 1, "production": 2}


@dataclass(frozen=True, kw_only=True)
class EnvironmentView:
    """One environment, fully resolved: no `PerEnv`, no open default. What constructs are built from."""

    shared: Shared
    environment: Environment
    services: tuple[Service, ...]
    """Every service of the catalog, resolved for this environment, by name."""

    release: Release
    outputs: CloudOutputs
    shared_outputs: SharedOutputs
    tombstones: tuple[Tombstone, ...] = ()
    """Those that hold in this environment, by service."""

    files: Mapping[str, str] = field(default_factory=dict)
    """Name of each service → the catalog file that declares it."""

    @cached_property
    def by_name(self) -> Mapping[str, Service]:
        """Services by name."""
        return {service.name: service for service in self.services}

    def image(self, service: str) -> Image | None:
        """The image that runs, or None for a service that is not deployed here."""
        return self.release.services.get(service)

    def image_reference(self, service: Service) -> str:
        """The image of a deployed service as registry/project/name:tag@digest."""
        image = self.release.services[service.name]
        reference = f"{self.shared_outputs.registry_host}/{service.team}/{service.original_name}:{image.tag}"
        return f"{reference}@{image.digest}" if image.digest else reference

    @cached_property
    def database_clusters(self) -> tuple[DatabaseCluster, ...]:
        """PostgreSQL clusters, the shared one first."""
        return database_clusters(self.services, self.environment.postgres)

    def database_cluster_of(self, service: Service) -> DatabaseCluster:
        """The cluster on which the database of `service` lies."""
        return next(c for c in self.database_clusters if service.name in {s.name for s in c.services})

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        """Kafka topics, by name."""
        replication = environment_default(self.environment.tier, "topic_replication")
        return topics(self.services, int(str(replication)))

    @property
    def uses_valkey(self) -> bool:
        """Whether any service asks for a cache."""
        return any(service.cache is not None for service in self.services)

    @property
    def uses_kafka(self) -> bool:
        """Whether any service publishes or subscribes."""
        return any(service.publishes or service.subscribes for service in self.services)

    @cached_property
    def callers(self) -> Mapping[str, tuple[str, ...]]:
        """Name of each service → names of the services that call it, sorted."""
        callers: dict[str, list[str]] = {service.name: [] for service in self.services}
        for service in self.services:
            for callee in service.calls:
                callers.setdefault(callee, []).append(service.name)
        return {name: tuple(sorted(set(found))) for name, found in callers.items()}


@dataclass(frozen=True, kw_only=True)
class Platform:
    """The catalog: what is shared, environments, services, releases, cloud outputs, tombstones."""

    shared: Shared
    environments: tuple[Environment, ...]
    """With the defaults of their tiers, from development to production, then by name."""

    services: tuple[Service, ...]
    """As declared, by name."""

    releases: Mapping[str, Release] = field(default_factory=dict)
    outputs: Mapping[str, CloudOutputs] = field(default_factory=dict)
    shared_outputs: SharedOutputs = field(default_factory=SharedOutputs)
    tombstones: tuple[Tombstone, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    """Where each thing is declared, for findings: `service:orders`, `environment:dev`, `shared`, `release:dev`,
    `cloud:dev`, `tombstone:wishlist` → path relative to the project."""

    @classmethod
    def of(
        cls,
        *,
        shared: Shared,
        environments: tuple[Environment, ...],
        services: tuple[Service, ...] = (),
        releases: Mapping[str, Release] | None = None,
        outputs: Mapping[str, CloudOutputs] | None = None,
        shared_outputs: SharedOutputs | None = None,
        tombstones: tuple[Tombstone, ...] = (),
        files: Mapping[str, str] | None = None,
    ) -> Platform:
        """A platform from declarations in any order; the order does not matter."""
        return cls(
            shared=shared,
            environments=tuple(
                sorted((e.with_defaults() for e in environments), key=lambda e: (_TIERS[e.tier], e.name))
            ),
            services=tuple(sorted(services, key=lambda s: s.name)),
            releases=dict(releases or {}),
            outputs=dict(outputs or {}),
            shared_outputs=shared_outputs or SharedOutputs(),
            tombstones=tuple(sorted(tombstones, key=lambda t: t.service)),
            files=dict(files or {}),
        )

    @cached_property
    def views(self) -> Mapping[str, EnvironmentView]:
        """Each environment, resolved, by name."""
        return {environment.name: self._view(environment) for environment in self.environments}

    def file(self, kind: str, name: str = "") -> str:
        """The catalog file that declares something; a guess by convention when it was not loaded from files."""
        key = f"{kind}:{name}" if name else kind
        if key in self.files:
            return self.files[key]
        if kind == "service":
            return f"catalog/services/{name}.py"
        if kind in ("release", "cloud"):
            return f"catalog/{kind.replace('release', 'releases')}/{name}.json"
        return "catalog/environments.py" if kind != "tombstone" else "catalog/tombstones.py"

    def _view(self, environment: Environment) -> EnvironmentView:
        services = tuple(
            service.resolve(environment.name, service_defaults(environment.tier, service.tier))
            for service in self.services
        )
        return EnvironmentView(
            shared=self.shared,
            environment=environment,
            services=services,
            release=self.releases.get(environment.name, Release()),
            outputs=self.outputs.get(environment.name, CloudOutputs()),
            shared_outputs=self.shared_outputs,
            tombstones=tuple(
                t.resolve(environment.name, partial(environment_default, environment.tier))
                for t in self.tombstones
                if environment.name in t.environments
            ),
            files={service.name: self.file("service", service.name) for service in self.services},
        )
