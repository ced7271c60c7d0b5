"""Which addresses of data move, and which Terraform forgets, by what the catalog says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from andamio.cloud.data_addresses import Address, DataShape, all_addresses, topic_address
from andamio.model import Service, Tombstone, Topic

__all__ = ["forgotten_addresses", "moved_addresses"]


def moved_addresses(services: Sequence[Service]) -> tuple[tuple[Address, Address], ...]:
    """(Address of before, address after it) of every resource of the services that were renamed.

    A service of several former names moves from each to the next: Terraform follows such a chain from wherever a state
    has got to, and refuses two moves to one address. Of a name that it had twice, the later counts, or the chain would
    be a circle.
    """
    return tuple(
        pair
        for service in services
        for before, after in pairwise(_each_last((*service.former_names, service.name)))
        for pair in zip(
            all_addresses(before, DataShape.of(service)), all_addresses(after, DataShape.of(service)), strict=True
        )
    )


def forgotten_addresses(
    services: Sequence[Service], topics: Sequence[Topic], tombstones: Sequence[Tombstone]
) -> tuple[Address, ...]:
    """What the services of tombstones had and nobody has now.

    A tombstone may be of a service that is still there and gave up a part of its data, so what is declared or moves
    is left out, and so are topics that somebody publishes again: Terraform refuses both at once.
    """
    live = {address for service in services for address in all_addresses(service.name, DataShape.of(service))}
    live |= {before for before, _ in moved_addresses(services)}
    live |= {topic_address(topic.name) for topic in topics}
    left = [
        address
        for tombstone in tombstones
        for address in (
            *all_addresses(tombstone.service, DataShape.left_by(tombstone)),
            *(topic_address(topic) for topic in sorted(tombstone.topics)),
        )
    ]
    return tuple(address for address in dict.fromkeys(left) if address not in live)


def _each_last(names: Sequence[str]) -> tuple[str, ...]:
    """`names`, each once and where it stands last."""
    return tuple(reversed(dict.fromkeys(reversed(names))))
