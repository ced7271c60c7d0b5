"""Reads network policies: NetworkPolicy of Kubernetes and those of Cilium.

What is not understood raises `UnsupportedPolicyError`: an answer that leaves a part of a policy out would be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from andamio.testing.cilium_policies import cilium_policies
from andamio.testing.kubernetes_policies import kubernetes_policy
from andamio.testing.parties import Network
from andamio.testing.policies import Policy, UnsupportedPolicyError

__all__ = ["read_policies"]


def read_policies(objects: Iterable[Mapping[str, Any]], *, pods: Network | None = None) -> list[Policy]:
    """The policies among `objects`, in order. `pods` is the range of pods where blocks also hold for them.

    Raises:
        UnsupportedPolicyError: one has a field, an API or an entity that is not understood.
    """
    found: list[Policy] = []
    for body in objects:
        group, kind = str(body.get("apiVersion", "")).partition("/")[0], str(body.get("kind", ""))
        if kind == "NetworkPolicy" and group == "networking.k8s.io":
            found.append(kubernetes_policy(body, pods=pods))
        elif group == "cilium.io" and kind in {"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"}:
            found.extend(cilium_policies(body))
        elif "NetworkPolicy" in kind:
            raise UnsupportedPolicyError(f"{kind} of {group} is not understood")
    return found
