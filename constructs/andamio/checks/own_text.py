"""Texts of the catalog by their place: those that programs get, and those that the platform itself works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import BaseModel

from andamio.checks.finding import Finding
from andamio.checks.places import at_environment, at_service, at_shared, at_tombstone, each
from andamio.contract.platform import Platform
from andamio.model import Service
from andamio.model.base import walk

__all__ = ["Text", "platform_texts", "program_texts"]


@dataclass(frozen=True)
class Text:
    """One text of the catalog."""

    field: str
    """Its field in what declares it, such as `repository.branch`."""

    value: str
    found: Callable[..., Finding]
    """Makes a finding at its field; takes `means`, `fix` and, where it may be shown, `value`."""


def program_texts(service: Service) -> Iterator[tuple[str, str]]:
    """Field and text of all that a resolved service's own programs get, and nobody else reads.

    Commands, arguments and configuration are a person's own: `${HOME}` in one is for a shell or a framework.
    """
    lists = [("command", service.command), ("args", service.args)]
    for name in ("startup", "readiness", "liveness"):
        probe = getattr(service.probes, name)
        if probe is not None:
            lists.append((f"probes.{name}.command", probe.command))
            if probe.path is not None:
                yield f"probes.{name}.path", probe.path
    if service.migration is not None:
        lists.append(("migration.command", service.migration.command))
    for field, words in lists:
        for index, word in enumerate(words):
            yield f"{field}[{index}]", word
    for key, value in service.config.items():
        yield f'config["{key}"]', value


def platform_texts(platform: Platform) -> Iterator[Text]:
    """Every text that the platform works with: shared, of environments and tombstones, and of services' stores.

    Keys of mappings are texts too. Reasons of acceptances are for people, and left out. What services declare beside
    their stores has its alphabet in the model.
    """
    yield from _texts(platform.shared, "", partial(at_shared, platform))
    for environment in platform.environments:
        yield from _texts(environment, "", partial(at_environment, platform, environment))
    for tombstone in platform.tombstones:
        yield from _texts(tombstone, "", partial(at_tombstone, platform, tombstone.service))
    for view, service in each(platform):
        for name in ("cache", "database"):
            store = getattr(service, name)
            if store is not None:
                found = partial(at_service, platform, service, environment=view.environment)
                yield from _texts(store, f"{name}.", found)


def _texts(model: BaseModel, prefix: str, found: Callable[..., Finding]) -> Iterator[Text]:
    for at, value in walk(model):
        if at.startswith("accepted"):
            continue
        field = f"{prefix}{at}"
        if isinstance(value, Mapping):
            for key in value:
                yield Text(f'{field}["{key}"]', key, partial(found, f'{field}["{key}"]'))
        elif isinstance(value, str):
            yield Text(field, value, partial(found, field))
