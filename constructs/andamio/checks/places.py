"""Findings at places of the catalog, and the loops that most rules share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from andamio.checks.finding import Finding
from andamio.contract.platform import EnvironmentView, Platform
from andamio.model import Environment, Service
from andamio.model.per_env import PerEnv

__all__ = [
    "at_environment",
    "at_release",
    "at_service",
    "at_shared",
    "at_tombstone",
    "each",
    "lists",
    "production",
    "published",
]

T = TypeVar("T")


def each(platform: Platform) -> Iterator[tuple[EnvironmentView, Service]]:
    """Each service in each environment, resolved."""
    for view in platform.views.values():
        for service in view.services:
            yield view, service


def production(platform: Platform) -> Iterator[EnvironmentView]:
    """Environments of tier production."""
    return (view for view in platform.views.values() if view.environment.tier == "production")


def published(view: EnvironmentView) -> frozenset[str]:
    """Names of all topics that somebody publishes, valid or not (`view.topics` holds valid ones only)."""
    names = {name for service in view.services for name in service.publishes}
    return frozenset(names | {topic.name for service in view.services for topic in service.topics})


def at_service(
    platform: Platform,
    service: Service | str,
    field: str,
    *,
    environment: Environment | str = "",
    value: object = None,
    means: str,
    fix: str,
) -> Finding:
    """A finding in a service's file, at `field` of the service; `environment` where it may differ by environment."""
    name = service if isinstance(service, str) else service.name
    return Finding(
        file=platform.file("service", name),
        at=f"{name}.{field}" if field else name,
        environment=environment if isinstance(environment, str) else environment.name,
        value=value,
        means=means,
        fix=fix,
    )


def at_environment(
    platform: Platform, environment: Environment | str, field: str, *, value: object = None, means: str, fix: str
) -> Finding:
    """A finding at `field` of an environment."""
    name = environment if isinstance(environment, str) else environment.name
    at = f"{name}.{field}" if field else name
    return Finding(file=platform.file("environment", name), at=at, value=value, means=means, fix=fix)


def at_shared(platform: Platform, field: str, *, value: object = None, means: str, fix: str) -> Finding:
    """A finding at `field` of what environments share."""
    return Finding(file=platform.file("shared"), at=f"shared.{field}", value=value, means=means, fix=fix)


def at_release(
    platform: Platform, environment: str, service: str, field: str = "", *, value: object = None, means: str, fix: str
) -> Finding:
    """A finding in the release file of an environment."""
    at = f"services.{service}.{field}" if field else f"services.{service}"
    return Finding(file=platform.file("release", environment), at=at, value=value, means=means, fix=fix)


def at_tombstone(
    platform: Platform, service: str, field: str = "", *, value: object = None, means: str, fix: str
) -> Finding:
    """A finding at a tombstone, or where one is missing."""
    at = f"{service}.{field}" if field else service
    return Finding(file=platform.file("tombstone", service), at=at, value=value, means=means, fix=fix)


def lists(value: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    """A tuple as declared, or each alternative where `per_env` gave several."""
    if isinstance(value, PerEnv):
        yield from (alternative for _, alternative in value.alternatives())
    else:
        yield value
