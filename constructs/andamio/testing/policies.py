"""What a network policy says, whichever API it was written for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from andamio.testing.parties import Party, Pod
from andamio.testing.peers import Names, Peer
from andamio.testing.ports import ALL_PORTS, NO_PORTS, PROTOCOLS, PortSet
from andamio.testing.selectors import Selector

__all__ = [
    "DIRECTIONS",
    "Direction",
    "Policy",
    "PortRule",
    "Rule",
    "UnsupportedPolicyError",
    "only",
    "protocols",
]

Direction: TypeAlias = Literal["ingress", "egress"]
DIRECTIONS: tuple[Direction, ...] = ("ingress", "egress")


class UnsupportedPolicyError(Exception):
    """A policy that says something of which this module does not know what it means."""


@dataclass(frozen=True, kw_only=True)
class PortRule:
    """One entry of `ports`."""

    port: int | str = 0
    """Number, or the name of a container's port. Default: 0, every port."""

    last: int | None = None
    """The last one of a range. Default: none, a single port."""

    protocols: tuple[str, ...] = ("TCP",)
    """Default: TCP."""

    def of(self, server: Party) -> PortSet:
        """The ports of `server` that are meant; a name that it does not have means none."""
        if isinstance(self.port, int):
            return PortSet.of(self.port, self.last, protocols=self.protocols)
        named = server.ports.get(self.port, NO_PORTS) if isinstance(server, Pod) else NO_PORTS
        return named & PortSet.of(protocols=self.protocols)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Whom a policy lets through, or keeps out, on which ports of the side that is called."""

    peers: tuple[Peer, ...]
    ports: tuple[PortRule, ...] | None = None
    """Default: None, every port."""

    lookups: tuple[Names, ...] | None = None
    """Names that may be asked for, where it lets DNS through under Cilium's eyes. Default: None, no such rule."""

    def of(self, server: Party) -> PortSet:
        """The ports of `server` that it opens or closes."""
        opened = NO_PORTS
        for ports in self.each(server):
            opened |= ports
        return opened

    def each(self, server: Party) -> Iterator[PortSet]:
        """The same, by entry of `ports`."""
        if self.ports is None:
            yield ALL_PORTS
        else:
            yield from (port.of(server) for port in self.ports)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One policy: whom it holds for, in which directions it isolates, and what it lets through."""

    kind: str
    namespace: str
    name: str
    selects: Callable[[Pod], bool]
    selector: Selector
    """The selector of `selects`, as written."""

    isolates: frozenset[Direction]
    allows: Mapping[Direction, tuple[Rule, ...]] = field(default_factory=dict)
    denies: Mapping[Direction, tuple[Rule, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def only(body: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Raise `UnsupportedPolicyError` for a field of `body` that is not among the `known`."""
    strange = sorted(set(body) - set(known))
    if strange:
        raise UnsupportedPolicyError(f"{where} has {', '.join(strange)}, of which it is not known what it lets through")


def protocols(name: str | None, where: str, *, default: str) -> tuple[str, ...]:
    """The protocols that a port entry means."""
    found = name or default
    if found == "ANY":
        return PROTOCOLS
    if found not in PROTOCOLS:
        raise UnsupportedPolicyError(f"{where} has protocol {found}")
    return (found,)
