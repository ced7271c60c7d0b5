"""Who may reach whom, by what the network policies of an environment say together.

Ports are those of pods: a Service's port is translated before a policy is asked. Replies, and what the node of a pod
itself sends to it (the kubelet's probes), always pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any, NamedTuple

from andamio.checks.finding import did_you_mean
from andamio.testing.connections import Connections
from andamio.testing.parties import ENTITIES, Address, Entity, Host, Network, Party, Pod
from andamio.testing.pods import known_pods
from andamio.testing.policies import Policy
from andamio.testing.policy_objects import read_policies
from andamio.testing.ports import PortSet

__all__ = ["Destination", "Reach"]


class Destination(NamedTuple):
    """Something outside the cluster that a pod may call."""

    host: str
    """Host name or pattern, address range, or entity such as `kube-apiserver`."""

    port: int | str
    """A number, a range `first-last`, or `*` for every port."""

    protocol: str
    """`TCP`, `UDP`, `SCTP`, or `*` for all."""


class Reach:
    """Answers for one environment.

    A party is named by its workload (`orders`, or `orders/orders-migration` where the namespace has another name), by
    an address or range (`10.10.0.5`, `10.10.0.0/20`), by a host name (`api.payments.example`), or by an entity of
    Cilium's (`world`, `kube-apiserver`, `host`). Of several kinds that fit a word, the workload is meant.
    """

    def __init__(
        self,
        objects: Iterable[Mapping[str, Any]],
        *,
        pods: Iterable[Pod] = (),
        pod_range: str | None = None,
    ) -> None:
        """`objects` are all of an environment.

        `pods` adds those that nothing in them tells of. `pod_range` is the range of pod addresses of a cluster that
        enforces policies by address, so that an `ipBlock` also holds for pods; default: none, as under Cilium.
        """
        objects = list(objects)
        network = ip_network(pod_range) if pod_range else None
        self.policies: tuple[Policy, ...] = tuple(read_policies(objects, pods=network))
        self.pods: tuple[Pod, ...] = known_pods(objects, self.policies, pods)
        self._connections = Connections(self.policies, self.pods)

    def ports(self, source: str | Party, target: str | Party) -> PortSet:
        """Every port of `target` that `source` reaches.

        Raises `LookupError` for a party that is unknown or ambiguous.
        """
        caller, called = self.party(source), self.party(target)
        if not any(isinstance(party, Pod) for party in (caller, called)):
            raise LookupError(f"neither {caller} nor {called} is a pod; policies decide about pods only")
        return self._connections.ports(caller, called)

    def egress(self, source: str | Party, target: str | Party) -> PortSet:
        """Every port of `target` to which the policies of `source` let it, whatever those of `target` do.

        Both ends are closed by themselves, so that a mistake at one end opens nothing; this tells one from the other.
        """
        return self._connections.end(self._pod(source), "egress", self.party(target))

    def ingress(self, target: str | Party, source: str | Party) -> PortSet:
        """Every port of `target` on which its own policies let `source` in, whatever those of `source` do."""
        return self._connections.end(self._pod(target), "ingress", self.party(source))

    def allows(
        self, source: str | Party, target: str | Party, *, port: int | None = None, protocol: str = "TCP"
    ) -> bool:
        """Whether `source` reaches `target` on `port` of `protocol`; without a port, on any at all."""
        found = self.ports(source, target)
        return bool(found) if port is None else found.has(port, protocol)

    def why(self, source: str | Party, target: str | Party, *, port: int | None = None, protocol: str = "TCP") -> str:
        """What lets it through, or which direction of which pod does not."""
        caller, called = self.party(source), self.party(target)
        asked = "some port" if port is None else f"{protocol} {port}"
        verb = "reaches" if self.allows(caller, called, port=port, protocol=protocol) else "does not reach"
        return f"{caller} {verb} {called} on {asked}: {self._connections.reasons(caller, called, port, protocol)}"

    def outside(self, source: str | Party) -> set[Destination]:
        """Everything but pods that a pod may call, each host or range with its ports.

        A name counts only if Cilium sees the pod ask for it; addresses that a name may have are nobody's guess, so
        only what a policy names is listed.
        """
        found = self._connections.outside(self._pod(source))
        return {Destination(word, *entry) for word, ports in found for entry in ports.listed()}

    def callers(self, target: str | Party, *, port: int | None = None, protocol: str = "TCP") -> set[str]:
        """Names of all other pods that reach `target`, on `port` or on any at all."""
        called = self.party(target)
        return {
            str(pod)
            for pod in self.pods
            if pod is not called and self.allows(pod, called, port=port, protocol=protocol)
        }

    def callees(self, source: str | Party, *, port: int | None = None, protocol: str = "TCP") -> set[str]:
        """Names of all other pods that `source` reaches, on `port` or on any at all."""
        caller = self.party(source)
        return {
            str(pod)
            for pod in self.pods
            if pod is not caller and self.allows(caller, pod, port=port, protocol=protocol)
        }

    def assert_reaches(
        self, source: str | Party, target: str | Party, *, port: int | None = None, protocol: str = "TCP"
    ) -> None:
        """Fail with the reason unless `source` reaches `target`."""
        if not self.allows(source, target, port=port, protocol=protocol):
            raise AssertionError(self.why(source, target, port=port, protocol=protocol))

    def assert_cannot_reach(
        self, source: str | Party, target: str | Party, *, port: int | None = None, protocol: str = "TCP"
    ) -> None:
        """Fail with the reason if `source` reaches `target`; of a range of addresses, if it reaches one of them."""
        caller, called = (_any_of(self.party(party)) for party in (source, target))
        if self.allows(caller, called, port=port, protocol=protocol):
            raise AssertionError(self.why(caller, called, port=port, protocol=protocol))

    def party(self, name: str | Party) -> Party:
        """The party that is called `name`.

        Raises `LookupError` when there is none, or several.
        """
        if not isinstance(name, str):
            return name
        found = [pod for pod in self.pods if name in _names(pod)] or [pod for pod in self.pods if name == pod.name]
        if len(found) > 1:
            full = ", ".join(f"{pod.kind}/{pod.namespace}/{pod.name}" for pod in found)
            raise LookupError(f'"{name}" may be any of {full}')
        if found:
            return found[0]
        if name in ENTITIES:
            return Entity(name=name)
        network = _network(name)
        if network is not None:
            return Address(network=network)
        if "." in name and "/" not in name:
            return Host(name=name)
        hint = did_you_mean(name, {known for pod in self.pods for known in (pod.name, str(pod))})
        raise LookupError(f'no workload is called "{name}"{f". {hint}" if hint else ""}')

    def _pod(self, name: str | Party) -> Pod:
        party = self.party(name)
        if isinstance(party, Pod):
            return party
        raise LookupError(f"{party} is no pod of this cluster")


def _names(pod: Pod) -> tuple[str, ...]:
    """What a pod is called before others whose workload has the same name in another namespace."""
    return (str(pod), f"{pod.namespace}/{pod.name}", f"{pod.kind}/{pod.namespace}/{pod.name}")


def _network(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def _any_of(party: Party) -> Party:
    return replace(party, partly=True) if isinstance(party, Address) else party
