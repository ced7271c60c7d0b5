"""The PodDisruptionBudget of a workload."""

from __future__ import annotations

from andamio.contract.labels import Labels
from andamio.kubernetes import waves
from andamio.kubernetes.manifest import Manifest
from andamio.model import Scaling

__all__ = ["DisruptionBudget", "has_budget"]


def has_budget(scaling: Scaling) -> bool:
    """Whether a budget protects anything: only where more than one replica can run.

    With one replica, a budget either changes nothing (one may leave) or blocks every drain (none may leave), which
    OVHcloud ends by force after ten minutes.
    """
    return scaling.max > 1


class DisruptionBudget(Manifest):
    """One pod of a workload may be evicted at a time (drains, upgrades, scale-down of nodes).

    `maxUnavailable: 1` lets each drain go on whatever the scale is; pods that are not ready may always be evicted,
    so that a broken release never holds up a node.
    """

    def __init__(self, *, name: str, namespace: str, selector: Labels) -> None:
        super().__init__(
            {
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": {
                    "name": name,
                    "namespace": namespace,
                    "annotations": waves.in_wave(waves.WORKLOAD),
                },
                "spec": {
                    "maxUnavailable": 1,
                    "unhealthyPodEvictionPolicy": "AlwaysAllow",
                    "selector": {"matchLabels": dict(selector)},
                },
            }
        )
