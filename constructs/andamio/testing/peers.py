"""The other side of a policy's rule: whom it names, and whether a party is among them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Protocol

from andamio.testing.parties import ENTITIES, Address, Entity, Host, Network, Party, Pod
from andamio.testing.selectors import Selector

__all__ = [
    "ANYWHERE",
    "Block",
    "Endpoints",
    "EntityPeer",
    "Everyone",
    "Names",
    "Peer",
    "SelectedPods",
    "identity_labels",
]

ANYWHERE = "0.0.0.0/0"

_POD_NAMESPACE = "io.kubernetes.pod.namespace"
_NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels."
_LABEL_SOURCES = ("k8s:", "any:")


class Peer(Protocol):
    """One entry of `from` or `to`."""

    def matches(self, party: Party) -> bool:
        """Whether `party` is among those that the entry names."""

    def outside(self) -> tuple[tuple[str, Party], ...]:
        """What it names beside pods, each with the word for it."""


@dataclass(frozen=True)
class Everyone:
    """A rule without `from` or `to`."""

    def matches(self, party: Party) -> bool:
        """Everybody is."""
        return True

    def outside(self) -> tuple[tuple[str, Party], ...]:
        """Every address."""
        return ((ANYWHERE, Address(network=ip_network(ANYWHERE))),)


@dataclass(frozen=True)
class SelectedPods:
    """`podSelector`, `namespaceSelector` or both of a NetworkPolicy."""

    pods: Selector
    namespaces: Selector | None
    """None for the policy's own namespace."""

    own: str
    """The policy's namespace."""

    def matches(self, party: Party) -> bool:
        """Pods whose labels, and whose namespace's labels, are selected."""
        if not isinstance(party, Pod) or party.host_network:
            return False
        if self.namespaces is None:
            return party.namespace == self.own and self.pods.matches(party.labels)
        return self.namespaces.matches(party.namespace_labels) and self.pods.matches(party.labels)

    def outside(self) -> tuple[tuple[str, Party], ...]:
        """Nothing: selectors select pods only."""
        return ()


@dataclass(frozen=True)
class Block:
    """`ipBlock` of a NetworkPolicy, or a CIDR rule of Cilium's."""

    cidr: Network
    excepted: tuple[Network, ...] = ()

    pods: Network | None = None
    """Range of pod addresses, where policies are enforced by address, so that a block also holds for pods. None under
    Cilium, which knows pods by labels and never by address (Cilium, layer 3 policies)."""

    def matches(self, party: Party) -> bool:
        """Addresses inside; names, the API server and the world only where the whole internet is meant."""
        if isinstance(party, Address):
            left = self._of(party.network)
            return bool(left) if party.partly else left == [party.network]
        if isinstance(party, Pod):
            return self.pods is not None and bool(self._of(self.pods))
        if isinstance(party, Entity) and party.name not in {"world", "kube-apiserver"}:
            return False
        return self.cidr.prefixlen == 0 and all(network.is_private for network in self.excepted)

    def outside(self) -> tuple[tuple[str, Party], ...]:
        """The block itself."""
        left = f" except {', '.join(map(str, self.excepted))}" if self.excepted else ""
        return ((f"{self.cidr}{left}", Address(network=self.cidr)),)

    def _of(self, network: Network) -> list[Network]:
        """The part of `network` that the block holds, as networks."""
        inside = _both(network, self.cidr)
        parts = [] if inside is None else [inside]
        for excepted in self.excepted:
            parts = [rest for part in parts for rest in _without(part, excepted)]
        return parts


def _both(one: Network, other: Network) -> Network | None:
    if one.version != other.version or not one.overlaps(other):
        return None
    return one if one.prefixlen >= other.prefixlen else other


def _without(network: Network, excepted: Network) -> list[Network]:
    inside = _both(network, excepted)
    if inside is None:
        return [network]
    if inside == network:
        return []
    return list(network.address_exclude(inside))  # type: ignore[arg-type]  # of one version, `_both` saw to that


@dataclass(frozen=True)
class EntityPeer:
    """An entry of `fromEntities` or `toEntities`."""

    name: str

    def matches(self, party: Party) -> bool:
        """What Cilium counts as the entity."""
        if isinstance(party, Entity):
            return self.name in ENTITIES[party.name]
        if isinstance(party, Pod):
            of_nodes = {"host", "remote-node"} if party.host_network else set()
            return self.name in {"cluster", "all", *of_nodes}
        if isinstance(party, Address) and self.name in {"world-ipv4", "world-ipv6"}:
            return self.name.endswith(str(party.network.version))
        return self.name in {"world", "all"}

    def outside(self) -> tuple[tuple[str, Party], ...]:
        """The entity, unless pods alone are meant."""
        stand_in = {"all": "world", "cluster": "host"}.get(self.name, self.name)
        return ((self.name, Entity(name=stand_in)),) if stand_in in ENTITIES else ()


@dataclass(frozen=True)
class Names:
    """An entry of `toFQDNs` or of a DNS rule: `matchName`, or `matchPattern` with `*`."""

    pattern: str

    def matches(self, party: Party) -> bool:
        """Host names that fit: `*` stands for characters of one label, alone for every name."""
        if not isinstance(party, Host):
            return False
        name, pattern = (text.lower().rstrip(".") for text in (party.name, self.pattern))
        if pattern in ("*", name):
            return True
        parts = [re.escape(part) for part in pattern.split("*")]
        return re.fullmatch("[-a-z0-9_]*".join(parts), name) is not None

    def outside(self) -> tuple[tuple[str, Party], ...]:
        """The name."""
        return ((self.pattern, Host(name=self.pattern)),)


@dataclass(frozen=True)
class Endpoints:
    """An entry of `fromEndpoints` or `toEndpoints`: a selector over what Cilium knows of a pod."""

    selector: Selector
    """Keys without the source prefixes `k8s:` and `any:`."""

    def matches(self, party: Party) -> bool:
        """Whatever has such labels; those of an entity are `reserved:`, and what lies outside is of the world.

        So `NotIn` and `DoesNotExist` also hold for entities, which have no labels of pods.
        """
        if isinstance(party, Pod):
            return not party.host_network and self.selector.matches(identity_labels(party))
        entities = ENTITIES[party.name if isinstance(party, Entity) else "world"]
        return self.selector.matches({f"reserved:{entity}": "" for entity in entities})

    def outside(self) -> tuple[tuple[str, Party], ...]:
        """Entities that are meant by a `reserved:` label."""
        names = [key.removeprefix("reserved:") for key, _ in self.selector.labels if key.startswith("reserved:")]
        return tuple((name, Entity(name=name)) for name in names if name in ENTITIES)

    @classmethod
    def of(cls, body: Mapping[str, object] | None, *, namespace: str) -> Endpoints:
        """The selector of an entry of a policy in `namespace` (empty for a cluster-wide one).

        One that says nothing of namespaces holds for the policy's own, or for pods of any in a cluster-wide one.
        """
        selector = Selector.of(body)
        labels = tuple((_plain(key), value) for key, value in selector.labels)
        expressions = tuple((_plain(key), operator, values) for key, operator, values in selector.expressions)
        keys = [key for key, _ in labels] + [key for key, _, _ in expressions]
        if not any(key == _POD_NAMESPACE or key.startswith((_NAMESPACE_LABELS, "reserved:")) for key in keys):
            if namespace:
                labels = (*labels, (_POD_NAMESPACE, namespace))
            else:
                expressions = (*expressions, (_POD_NAMESPACE, "Exists", ()))
        return cls(Selector(labels, expressions))

    @classmethod
    def subject(cls, body: Mapping[str, object] | None, *, namespace: str) -> Endpoints:
        """The `endpointSelector` of a policy: in the policy's own namespace whatever it says of others."""
        selector = cls.of(body, namespace=namespace).selector
        if not namespace:
            return cls(selector)
        labels = tuple((key, value) for key, value in selector.labels if key != _POD_NAMESPACE)
        return cls(Selector((*labels, (_POD_NAMESPACE, namespace)), selector.expressions))


def identity_labels(pod: Pod) -> dict[str, str]:
    """The labels by which Cilium tells a pod from others: its own, its namespace's, its account."""
    return {
        **pod.labels,
        **{f"{_NAMESPACE_LABELS}{key}": value for key, value in pod.namespace_labels.items()},
        _POD_NAMESPACE: pod.namespace,
        "io.cilium.k8s.policy.serviceaccount": pod.service_account,
        "io.cilium.k8s.policy.cluster": "default",
    }


def _plain(key: str) -> str:
    for source in _LABEL_SOURCES:
        if key.startswith(source):
            return key.removeprefix(source)
    return key
