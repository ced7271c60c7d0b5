"""Who may take part in a connection: pods, and what lies outside the cluster's pods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import TypeAlias

from andamio.testing.ports import PortSet

__all__ = ["ENTITIES", "Address", "Entity", "Host", "Network", "Party", "Pod"]

Network: TypeAlias = IPv4Network | IPv6Network


@dataclass(frozen=True, eq=False, kw_only=True)
class Pod:
    """The pods of one template: equal to every policy, so they stand as one."""

    name: str
    """The workload's name."""

    namespace: str

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the pods. Default: none."""

    ports: Mapping[str, PortSet] = field(default_factory=dict)
    """Named ports of the containers. Default: none."""

    kind: str = "Pod"
    """Kind of the workload, or what the pod is known from."""

    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the namespace. Default: none; `kubernetes.io/metadata.name` is always there."""

    service_account: str = "default"
    """Default: the namespace's own."""

    host_network: bool = False
    """Whether the pods share their node's network: no policy selects such pods. Default: they do not."""

    def __post_init__(self) -> None:
        own = {"kubernetes.io/metadata.name": self.namespace}
        object.__setattr__(self, "namespace_labels", {**self.namespace_labels, **own})

    def __str__(self) -> str:
        return self.name if self.name == self.namespace else f"{self.namespace}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address or a range of addresses that no pod of the cluster has."""

    network: Network

    partly: bool = False
    """Whether a rule counts that holds for some of the addresses only. Default: it has to hold for all."""

    def __str__(self) -> str:
        single = self.network.prefixlen == self.network.max_prefixlen
        return str(self.network.network_address if single else self.network)


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host name outside the cluster, or a pattern of names."""

    name: str

    def __str__(self) -> str:
        return self.name


ENTITIES: Mapping[str, frozenset[str]] = {
    "world": frozenset({"world", "all"}),
    # Seen by Cilium at an address outside the cluster, as a managed control plane is, so it is also of the world.
    "kube-apiserver": frozenset({"kube-apiserver", "world", "all"}),
    "host": frozenset({"host", "cluster", "all"}),
    "remote-node": frozenset({"remote-node", "cluster", "all"}),
    "health": frozenset({"health", "cluster", "all"}),
    "init": frozenset({"init", "cluster", "all"}),
    "unmanaged": frozenset({"unmanaged", "cluster", "all"}),
    "ingress": frozenset({"ingress", "cluster", "all"}),
}
"""Cilium's entities that are not pods → the entities of a policy that hold for each (Cilium, layer 3 policies)."""


@dataclass(frozen=True, kw_only=True)
class Entity:
    """What Cilium knows by kind: `world`, `kube-apiserver`, `host`, `remote-node` and others of `ENTITIES`."""

    name: str

    def __str__(self) -> str:
        return self.name


Party: TypeAlias = Pod | Address | Host | Entity
