"""The custom resources of the Gateway API, from their own repository: no chart brings them."""

from __future__ import annotations

from andamio.kubernetes.addons import istio
from andamio.kubernetes.addons.addon import Addon, GitFolder

__all__ = ["ADDON", "ALL_CRDS"]

_GROUP = "gateway.networking.k8s.io"

ALL_CRDS = tuple(
    f"{kind}.{_GROUP}"
    for kind in (
        "BackendTLSPolicy",
        "GRPCRoute",
        "Gateway",
        "GatewayClass",
        "HTTPRoute",
        "ListenerSet",
        "ReferenceGrant",
        "TLSRoute",
    )
)
"""The standard channel, as `Kind.group`."""

ADDON = Addon(
    name="gateway-api",
    # 1.5.1 is what Istio 1.30 is built with; 1.6 serves TCPRoute in a version that Istio 1.30 does not watch.
    source=GitFolder(
        repository="https://github.com/kubernetes-sigs/gateway-api", revision="v1.5.1", path="config/crd/standard"
    ),
    namespace=istio.NAMESPACE,
    crds=ALL_CRDS,
    prune=False,
)
