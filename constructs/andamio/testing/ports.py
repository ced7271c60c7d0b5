"""Sets of ports: the answer to "on which ports", and what policies open and close."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["ALL_PORTS", "NO_PORTS", "PROTOCOLS", "PortSet"]

PROTOCOLS = ("TCP", "UDP", "SCTP")
"""The protocols that have ports and that network policies know (Kubernetes, `NetworkPolicyPort`)."""

_LAST = 65535


@dataclass(frozen=True)
class PortSet:
    """Ports of each protocol. Built with `of`, combined with `|`, `&` and `-`; empty is false."""

    ranges: tuple[tuple[str, int, int], ...] = ()
    """Protocol, first and last port of each range: sorted, apart from each other."""

    @classmethod
    def of(cls, first: int = 0, last: int | None = None, *, protocols: Iterable[str] = ("TCP",)) -> PortSet:
        """Ports `first` to `last` (default: `first` alone; without any, all) of `protocols` (default: TCP)."""
        low, high = (0, _LAST) if not first else (first, first if last is None else last)
        return cls._sound((protocol, low, high) for protocol in protocols)

    @classmethod
    def _sound(cls, ranges: Iterable[tuple[str, int, int]]) -> PortSet:
        merged: list[tuple[str, int, int]] = []
        for protocol, low, high in sorted(ranges):
            if merged and merged[-1][0] == protocol and low <= merged[-1][2] + 1:
                merged[-1] = (protocol, merged[-1][1], max(high, merged[-1][2]))
            else:
                merged.append((protocol, low, high))
        return cls(tuple(merged))

    def __or__(self, other: PortSet) -> PortSet:
        return PortSet._sound((*self.ranges, *other.ranges))

    def __and__(self, other: PortSet) -> PortSet:
        return PortSet._sound(
            (protocol, max(low, first), min(high, last))
            for protocol, low, high in self.ranges
            for same, first, last in other.ranges
            if protocol == same and max(low, first) <= min(high, last)
        )

    def __sub__(self, other: PortSet) -> PortSet:
        left = list(self.ranges)
        for protocol, first, last in other.ranges:
            kept: list[tuple[str, int, int]] = []
            for same, low, high in left:
                if same != protocol or last < low or high < first:
                    kept.append((same, low, high))
                    continue
                if low < first:
                    kept.append((same, low, first - 1))
                if last < high:
                    kept.append((same, last + 1, high))
            left = kept
        return PortSet._sound(left)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def has(self, port: int, protocol: str = "TCP") -> bool:
        """Whether `port` of `protocol` is in it."""
        return any(protocol == same and low <= port <= high for same, low, high in self.ranges)

    def listed(self) -> tuple[tuple[int | str, str], ...]:
        """Pairs of port and protocol: a number, `first-last`, or `*` for all; `("*", "*")` for everything."""
        if self == ALL_PORTS:
            return (("*", "*"),)
        return tuple((_range(low, high), protocol) for protocol, low, high in self.ranges)

    def __str__(self) -> str:
        if not self:
            return "no port"
        if self == ALL_PORTS:
            return "every port"
        return ", ".join(f"{protocol} {port}" for port, protocol in self.listed())


def _range(low: int, high: int) -> int | str:
    if (low, high) == (0, _LAST):
        return "*"
    return low if low == high else f"{low}-{high}"


NO_PORTS = PortSet()
ALL_PORTS = PortSet.of(protocols=PROTOCOLS)
