"""What the registry has to know of the catalog: which tags of a team's images have to stay."""

from __future__ import annotations

from collections.abc import Mapping

from andamio.contract.platform import Platform

__all__ = ["released_tags"]


def released_tags(platform: Platform) -> Mapping[str, tuple[str, ...]]:
    """Name of each team → tags that any release file names for its services, each once and sorted.

    Only the tags of a release count, not its digests: rules of the registry speak of tags.
    """
    released: dict[str, set[str]] = {team.name: set() for team in platform.shared.teams}
    for view in platform.views.values():
        for service in view.services:
            image = view.image(service.name)
            if image is not None and service.team in released:
                released[service.team].add(image.tag)
    return {team: tuple(sorted(tags)) for team, tags in sorted(released.items())}
