"""What policies open and close between two parties.

A connection between two pods needs both sides: the caller's egress and the called one's ingress. A direction of a pod
is open to all until a policy isolates it; then only what some policy lets through passes, of whichever kind it is
(Kubernetes, Network Policies; Cilium, policy enforcement modes). What a policy of Cilium denies no other opens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from andamio.testing.parties import Entity, Host, Party, Pod
from andamio.testing.peers import ANYWHERE, Names
from andamio.testing.pods import is_name_server
from andamio.testing.policies import Direction, Policy, Rule
from andamio.testing.ports import ALL_PORTS, NO_PORTS, PortSet

__all__ = ["Connections"]


@dataclass(frozen=True, kw_only=True)
class _Side:
    """One direction of one pod."""

    pod: Pod
    direction: Direction
    isolated_by: tuple[Policy, ...]
    allows: tuple[tuple[Policy, Rule], ...]
    denies: tuple[tuple[Policy, Rule], ...]


class Connections:
    """The sides of every pod, and what each lets through."""

    def __init__(self, policies: Iterable[Policy], pods: Iterable[Pod]) -> None:
        self.policies = tuple(policies)
        self.pods = tuple(pods)
        self._sides: dict[tuple[int, Direction], _Side] = {}

    def ports(self, caller: Party, called: Party) -> PortSet:
        """Every port of `called` that `caller` reaches."""
        opened = ALL_PORTS
        for side, other in self._between(caller, called):
            opened &= self._opened(side, other, called)
        return opened

    def end(self, pod: Pod, direction: Direction, other: Party) -> PortSet:
        """What one direction of `pod` lets through, whatever the other end does."""
        return self._opened(self._side(pod, direction), other, pod if direction == "ingress" else other)

    def reasons(self, caller: Party, called: Party, port: int | None, protocol: str) -> str:
        """What opens or closes each side, as text; without a port, any at all."""
        sides = self._between(caller, called)
        return "; ".join(self._reason(side, other, called, port, protocol) for side, other in sides)

    def outside(self, pod: Pod) -> Iterator[tuple[str, PortSet]]:
        """What policies let `pod` call beside pods: a word for each and its ports, as each rule names them."""
        side = self._side(pod, "egress")
        if not side.isolated_by:
            yield ANYWHERE, ALL_PORTS
        for _, rule in side.allows if side.isolated_by else ():
            for peer in rule.peers:
                for word, party in peer.outside():
                    if isinstance(peer, Names) and self._blind(pod, peer.pattern):
                        continue
                    closed = _ports(side.denies, party, party)
                    for ports in rule.each(party):
                        yield word, ports - closed

    def _between(self, caller: Party, called: Party) -> list[tuple[_Side, Party]]:
        """The sides that decide, each with its other end."""
        sides: list[tuple[_Side, Party]] = []
        if isinstance(caller, Pod):
            sides.append((self._side(caller, "egress"), called))
        if isinstance(called, Pod):
            sides.append((self._side(called, "ingress"), caller))
        return sides

    def _side(self, pod: Pod, direction: Direction) -> _Side:
        key = (id(pod), direction)
        if key not in self._sides:
            selecting = [policy for policy in self.policies if policy.selects(pod)]
            self._sides[key] = _Side(
                pod=pod,
                direction=direction,
                isolated_by=tuple(policy for policy in selecting if direction in policy.isolates),
                allows=tuple((policy, rule) for policy in selecting for rule in policy.allows.get(direction, ())),
                denies=tuple((policy, rule) for policy in selecting for rule in policy.denies.get(direction, ())),
            )
        return self._sides[key]

    def _opened(self, side: _Side, other: Party, server: Party) -> PortSet:
        if side.direction == "ingress" and other == Entity(name="host"):
            return ALL_PORTS  # the node of a pod always reaches it
        opened = _ports(self._holding(side, other), other, server) if side.isolated_by else ALL_PORTS
        return opened - _ports(side.denies, other, server)

    def _holding(self, side: _Side, other: Party) -> tuple[tuple[Policy, Rule], ...]:
        """The rules that count: names only where Cilium learns their addresses."""
        if not isinstance(other, Host) or not self._blind(side.pod, other.name):
            return side.allows
        return tuple(
            (policy, replace(rule, peers=tuple(peer for peer in rule.peers if not isinstance(peer, Names))))
            for policy, rule in side.allows
        )

    def _blind(self, pod: Pod, name: str) -> str:
        """Why Cilium never learns the addresses of `name` when `pod` asks for them; empty if it does.

        It learns them from answers that pass its DNS rules, and those have no effect where another rule lets the same
        traffic through without any (Cilium, layer 7 policies).
        """
        side = self._side(pod, "egress")
        host = Host(name=name)
        seen = [
            policy
            for policy, rule in side.allows
            if rule.lookups is not None and any(known.matches(host) for known in rule.lookups)
        ]
        if not seen:
            return f"no DNS rule shows Cilium the addresses of {name}"
        servers = [known for known in self.pods if is_name_server(known)]
        for policy, rule in side.allows:
            for server in servers:
                unseen = rule.lookups is None and any(peer.matches(server) for peer in rule.peers)
                if unseen and rule.of(server).has(53, "UDP"):
                    return (
                        f"{policy} lets lookups pass without a DNS rule, so Cilium never sees the addresses of {name}"
                    )
        return ""

    def _reason(self, side: _Side, other: Party, server: Party, port: int | None, protocol: str) -> str:
        what = f"{side.direction} of {side.pod}"
        opened = self._opened(side, other, server)
        closed = _ports(side.denies, other, server)
        if bool(opened) if port is None else opened.has(port, protocol):
            if not side.isolated_by:
                return f"{what} is open, no policy isolates it"
            by = _policies(self._holding(side, other), other, server, port, protocol)
            return f"{what} is let through by {by or 'the node itself'}"
        if closed and (port is None or closed.has(port, protocol)):
            return f"{what} is denied by {_policies(side.denies, other, server, port, protocol)}"
        # A policy that closes and opens nothing is the one to name; the others isolate as well.
        closing = sorted(side.isolated_by, key=lambda policy: bool(policy.allows.get(side.direction)))
        isolated = f"{closing[0]}{f' and {len(closing) - 1} more' if closing[1:] else ''}"
        way = "to" if side.direction == "egress" else "from"
        also = f" (only {opened})" if opened else ""
        hint = ""
        if isinstance(other, Host) and any(
            isinstance(peer, Names) and peer.matches(other) for _, rule in side.allows for peer in rule.peers
        ):
            blind = self._blind(side.pod, other.name)
            hint = f", since {blind}" if blind else ""
        return f"{what} is isolated by {isolated}, and nothing opens it {way} {other}{also}{hint}"


def _ports(rules: Iterable[tuple[Policy, Rule]], other: Party, server: Party) -> PortSet:
    found = NO_PORTS
    for _, rule in rules:
        if any(peer.matches(other) for peer in rule.peers):
            found |= rule.of(server)
    return found


def _policies(
    rules: Iterable[tuple[Policy, Rule]], other: Party, server: Party, port: int | None, protocol: str
) -> str:
    """The policies of which a rule holds for the connection."""
    found: dict[str, None] = {}
    for policy, rule in rules:
        ports = _ports([(policy, rule)], other, server)
        if bool(ports) if port is None else ports.has(port, protocol):
            found[str(policy)] = None
    return ", ".join(found)
