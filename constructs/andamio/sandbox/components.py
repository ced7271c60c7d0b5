"""The parts of a sandbox in the order in which they start: how each is made, and what others need to know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from andamio.contract.platform import Platform
from andamio.engines import MissingEngineError, files, path
from andamio.engines.control_plane import PROGRAMS, ControlPlane
from andamio.engines.nodes import nodes
from andamio.engines.processes import Running
from andamio.engines.table import FILES
from andamio.sandbox.certificate_access import allow, client_authority
from andamio.sandbox.site import PLANE, Site

__all__ = [
    "CHARTS",
    "ENVIRONMENT_PARTS",
    "GIT",
    "KEYS",
    "NEEDED",
    "SHARED_PARTS",
    "STORAGE",
    "Component",
    "Given",
    "Maker",
    "missing",
]

STORAGE: Final = "object-storage"
KEYS: Final = "key-store"
GIT: Final = "git-remote"
CHARTS: Final = "chart-repository"

NEEDED: Final = (*PROGRAMS, "kwok-stages", "helm")
"""Engines and module files that a sandbox takes."""


class Startable(Protocol):
    """What every component can do."""

    @property
    def running(self) -> tuple[Running, ...]:
        """Its programs."""

    def start(self) -> None:
        """Start it and wait until it is ready."""

    def stop(self) -> None:
        """Stop it."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a part is made of."""

    site: Site
    folder: Path
    ports: tuple[int, ...]
    """Ports that it had before; none at its first start."""

    environment: str
    """Name of its environment; empty when all share it."""

    platform: Platform
    charts: str
    """`stand-in` or `real`."""


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part that can be started."""

    program: Startable
    ports: Callable[[], Sequence[int]]
    """Its ports, once it runs."""

    facts: Callable[[], Mapping[str, str]]
    """Addresses and keys that others need, once it runs."""


Maker = Callable[[Given], Component]


class _Plane(ControlPlane):
    """A control plane whose administrator is also known by certificate."""

    def start(self) -> None:
        """Start it and give the administrator rights."""
        super().start()
        allow(self.client)


def _plane(given: Given) -> Component:
    environment = given.platform.views[given.environment].environment
    plane = _Plane(
        nodes=nodes(environment),
        services=environment.network.services,
        folder=given.folder,
        tied=False,
        ports=given.ports,
        authority=client_authority(given.site),
    )

    def facts() -> Mapping[str, str]:
        return {
            "server": plane.server,
            "kubeconfig": str(plane.kubeconfig),
            "authority": str(given.folder / "certificates" / "apiserver.crt"),
        }

    return Component(program=plane, ports=lambda: plane.ports, facts=facts)


SHARED_PARTS: Final[Mapping[str, Maker]] = {}
"""What all environments share."""

ENVIRONMENT_PARTS: Final[Mapping[str, Maker]] = {PLANE: _plane}
"""What each environment has."""


def missing() -> tuple[str, ...]:
    """Names of what a sandbox takes and this machine lacks."""
    lacking = []
    for name in NEEDED:
        try:
            files(name) if name in {row.name for row in FILES} else path(name)
        except MissingEngineError:
            lacking.append(name)
    return tuple(lacking)
