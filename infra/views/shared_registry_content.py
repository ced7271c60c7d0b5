"""What the stack of what lies in the registry is built from."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.contract.platform import Platform

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
    """The view of the stack of the registry's content.

    Only the tags of a release count, not its digests: rules of the registry speak of tags.
    """
    registry = platform.shared.registry
    released: dict[str, set[str]] = {team.name: set() for team in platform.shared.teams}
    for view in platform.views.values():
        for service in view.services:
            image = view.image(service.name)
            if image is not None and service.team in released:
                released[service.team].add(image.tag)
    return SharedRegistryContentView(
        place=place(platform.shared),
        environments=tuple(sorted(platform.views)),
        teams=tuple(TeamImages(team=team, released=tuple(sorted(tags))) for team, tags in sorted(released.items())),
        keep=registry.keep,
        scan=registry.plan != "SMALL",
    )
