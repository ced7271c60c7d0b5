"""What the stack of what lies in the registry is built from."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.contract.platform import Platform
from andamio.contract.registry import released_tags

__all__ = ["SharedRegistryContentView", "TeamImages", "shared_registry_content_view"]


@dataclass(frozen=True, kw_only=True)
class TeamImages:
    """What the registry has to know of one team."""

    team: str
    released: tuple[str, ...]
    """Tags that any release file names for its services, sorted."""


@dataclass(frozen=True, kw_only=True)
class SharedRegistryContentView:
    """What the stack of the registry's content is built from."""

    place: Place
    environments: tuple[str, ...]
    """Names of all environments, sorted."""

    teams: tuple[TeamImages, ...]
    """By name."""

    keep: int
    """Most recently pushed images that are kept of each repository."""

    scan: bool
    """Whether the registry's plan has a scanner."""


def shared_registry_content_view(platform: Platform) -> SharedRegistryContentView:
    """The view of the stack of the registry's content."""
    registry = platform.shared.registry
    return SharedRegistryContentView(
        place=place(platform.shared),
        environments=tuple(sorted(platform.views)),
        teams=tuple(TeamImages(team=team, released=tags) for team, tags in released_tags(platform).items()),
        keep=registry.keep,
        scan=registry.plan != "SMALL",
    )
