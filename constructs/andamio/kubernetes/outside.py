"""Hosts outside the platform: by name where Cilium enforces policies, by address elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.contract.labels import Labels, selector_labels
from andamio.contract.views import ServiceView
from andamio.kubernetes import waves
from andamio.kubernetes.manifest import Manifest
from andamio.model import Egress

__all__ = ["CiliumEgress", "outside_hosts", "watches_dns"]

_NAME = "allow-egress"


def watches_dns(view: ServiceView) -> bool:
    """Whether the policy of outside hosts also opens DNS, watched by Cilium, to the service's pods.

    Cilium learns addresses of names from answers that it sees, and it looks at none where another policy lets the
    same pods reach the name server without a DNS rule (Cilium's guide to layer 7 policies). So a service has one
    way to the name server or the other, never both.
    """
    return bool(view.service.egress) and view.environment.cluster.plan == "standard"


class CiliumEgress(Manifest):
    """Lets pods reach named hosts, each on its own TCP port, and look names up under Cilium's eyes.

    OVHcloud's standard plan comes with Cilium; a plain NetworkPolicy knows no names.
    """

    def __init__(self, *, namespace: str, pods: Labels, hosts: tuple[Egress, ...]) -> None:
        name_server = {"k8s:io.kubernetes.pod.namespace": "kube-system", "k8s:k8s-app": "kube-dns"}
        lookup = {
            "toEndpoints": [{"matchLabels": name_server}],
            "toPorts": [
                {
                    "ports": [{"port": "53", "protocol": protocol} for protocol in ("UDP", "TCP")],
                    "rules": {"dns": [{"matchPattern": "*"}]},
                }
            ],
        }
        by_port: dict[int, set[str]] = {}
        for host in hosts:
            by_port.setdefault(host.port, set()).add(host.host)
        super().__init__(
            {
                "apiVersion": "cilium.io/v2",
                "kind": "CiliumNetworkPolicy",
                "metadata": {
                    "name": _NAME,
                    "namespace": namespace,
                    "annotations": waves.in_wave(waves.FOUNDATION),
                },
                "spec": {
                    "endpointSelector": {"matchLabels": dict(pods)},
                    "egress": [
                        lookup,
                        *(
                            {
                                "toFQDNs": [{"matchName": name} for name in sorted(names)],
                                "toPorts": [{"ports": [{"port": str(port), "protocol": "TCP"}]}],
                            }
                            for port, names in sorted(by_port.items())
                        ),
                    ],
                },
            }
        )


class AddressEgress(Manifest):
    """Lets pods reach address ranges, each on its own TCP port: all that a plain NetworkPolicy can say."""

    def __init__(self, *, namespace: str, pods: Labels, hosts: tuple[Egress, ...]) -> None:
        super().__init__(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {
                    "name": _NAME,
                    "namespace": namespace,
                    "annotations": waves.in_wave(waves.FOUNDATION),
                },
                "spec": {
                    "podSelector": {"matchLabels": dict(pods)},
                    "policyTypes": ["Egress"],
                    "egress": [
                        {
                            "to": [{"ipBlock": {"cidr": cidr}} for cidr in host.addresses],
                            "ports": [{"protocol": "TCP", "port": host.port}],
                        }
                        for host in hosts
                    ],
                },
            }
        )


def outside_hosts(view: ServiceView) -> Iterator[Manifest]:
    """The policy that opens the declared outside hosts; none where there is nothing to open."""
    service = view.service
    pods = selector_labels(service.name)
    if watches_dns(view):
        yield CiliumEgress(namespace=service.name, pods=pods, hosts=service.egress)
        return
    known = tuple(host for host in service.egress if host.addresses)
    if known:
        yield AddressEgress(namespace=service.name, pods=pods, hosts=known)
