"""The HorizontalPodAutoscaler of a workload."""

from __future__ import annotations

from functools import cache

from andamio.cdk8s import Construct, kplus
from andamio.kubernetes import waves
from andamio.kubernetes.pod import metadata
from andamio.kubernetes.values import seconds, utilization
from andamio.model import Scaling

__all__ = ["Autoscaler", "scales"]


def scales(scaling: Scaling) -> bool:
    """Whether a workload has an autoscaler. Where least and most are equal it has fixed replicas instead."""
    return scaling.max > scaling.min


class Autoscaler(kplus.HorizontalPodAutoscaler):
    """Moves the replicas of a Deployment between `min` and `max` by average CPU and memory use.

    Up: at once, by what is more, four pods or as many as run, every 30 seconds. Down: when load stayed low for
    `stabilization` seconds, by a tenth or one pod a minute (the larger), so that a lull does not empty a service.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, target: kplus.Deployment, scaling: Scaling) -> None:
        metrics = [utilization("cpu", scaling.cpu)]
        if scaling.memory is not None:
            metrics.append(utilization("memory", scaling.memory))
        super().__init__(
            scope,
            id_,
            metadata=metadata(name, waves.WORKLOAD),
            target=target,
            min_replicas=scaling.min,
            max_replicas=scaling.max,
            metrics=metrics,
            scale_up=_up(),
            scale_down=_down(scaling.stabilization),
        )


@cache
def _up() -> kplus.ScalingRules:
    return kplus.ScalingRules(
        stabilization_window=seconds(0),
        strategy=kplus.ScalingStrategy.MAX_CHANGE,
        policies=[
            kplus.ScalingPolicy(replicas=kplus.Replicas.absolute(4), duration=seconds(30)),
            kplus.ScalingPolicy(replicas=kplus.Replicas.percent(100), duration=seconds(30)),
        ],
    )


@cache
def _down(stabilization: int) -> kplus.ScalingRules:
    return kplus.ScalingRules(
        stabilization_window=seconds(stabilization),
        strategy=kplus.ScalingStrategy.MAX_CHANGE,
        policies=[
            kplus.ScalingPolicy(replicas=kplus.Replicas.absolute(1), duration=seconds(60)),
            kplus.ScalingPolicy(replicas=kplus.Replicas.percent(10), duration=seconds(60)),
        ],
    )
