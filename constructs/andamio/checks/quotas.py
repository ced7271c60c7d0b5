"""Quotas: whether a namespace lets what runs in it grow."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from andamio.checks.finding import Finding, Severity
from andamio.checks.kubernetes_objects import in_object
from andamio.checks.output import POD_SPECS, Document, Output, pod_spec
from andamio.checks.rule import output_rule
from andamio.checks.slim import counted
from andamio.contract.platform import Platform

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(m|k|[KMGT]i|[MGT])?")
_UNITS: Mapping[str | None, int] = {
    "m": 1,
    None: 1000,
    "k": 1000**2,
    **{letter: 1000**power for power, letter in enumerate("MGT", start=3)},
    **{f"{letter}i": 1000 * 1024**power for power, letter in enumerate("KMGT", start=1)},
}
"""Unit → thousandths, the smallest amount that Kubernetes tells apart."""

_KINDS = {*POD_SPECS, "HorizontalPodAutoscaler", "ResourceQuota"}

_DEFAULT_SURGE = "25%"
"""Pods that a rolling update adds where a Deployment does not say (Kubernetes)."""


@output_rule("AND209", severity=Severity.ERROR, title="A namespace's quota lets its workloads grow")
def quotas_let_workloads_grow(platform: Platform, output: Output) -> Iterator[Finding]:
    """A pod beyond the quota is refused, just when load is highest, and nothing fails but the scaling.

    The largest scale of every workload in a namespace, a rolling update's surge and its jobs included, has to fit what
    its ResourceQuota holds (Kubernetes: Resource Quotas). The quota of a service is made from its scaling; a chart of
    your own, or a change of one, may forget it.
    """
    # What passed before in a namespace goes on to pass until something in it is new.
    touched = {(d.environment, d.namespace) for d in output.fresh}
    objects = {
        (d.environment, d.namespace, d.kind, d.name): replace(d, body=counted(d.body))
        for d in output.objects
        if d.kind in _KINDS and (d.environment, d.namespace) in touched
    }
    scalers = {
        (d.environment, d.namespace, str(target.get("kind")), str(target.get("name"))): d.body["spec"]
        for d in objects.values()
        if d.kind == "HorizontalPodAutoscaler" and (target := (d.body.get("spec") or {}).get("scaleTargetRef"))
    }
    asked: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for place, document in objects.items():
        spec = pod_spec(document.body)
        if spec is None:
            continue
        pods = _pods(document, scalers.get(place))
        for what, one in _pod(spec).items():
            asked[place[:2]][what] += one * pods
    for (environment, namespace, kind, _), document in objects.items():
        if kind != "ResourceQuota":
            continue
        for key, value in ((document.body.get("spec") or {}).get("hard") or {}).items():
            what = key if "." in key or key == "pods" else f"requests.{key}"
            wanted, most = asked[environment, namespace].get(what), _quantity(value)
            if wanted is not None and most is not None and wanted > most:
                yield in_object(
                    document,
                    f"spec.hard.{key}",
                    value=value,
                    means=f"the workloads of {namespace} ask for {_told(wanted, what)} at their largest",
                    fix="Make the quota from the same numbers as the workloads, or lower their largest scale",
                )


def _pods(document: Document, scaler: Mapping[str, Any] | None) -> int:
    """Pods that a workload has at most, surge included."""
    spec = document.body.get("spec") or {}
    if document.kind in ("Job", "CronJob", "Pod", "DaemonSet"):
        job = ((spec.get("jobTemplate") or {}).get("spec") or {}) if document.kind == "CronJob" else spec
        return int(job.get("parallelism", 1))
    replicas = int((scaler or {}).get("maxReplicas") or spec.get("replicas", 1))
    if document.kind != "Deployment" or (spec.get("strategy") or {}).get("type") == "Recreate":
        return replicas
    surge = ((spec.get("strategy") or {}).get("rollingUpdate") or {}).get("maxSurge", _DEFAULT_SURGE)
    share = str(surge).removesuffix("%")
    return replicas + (int(share) if share == str(surge) else -(-replicas * int(share) // 100))


def _pod(spec: Mapping[str, Any]) -> Mapping[str, int]:
    """What one pod counts in a quota, in thousandths: its containers together, or its largest init container."""
    found = {"pods": 1000}
    for side in ("requests", "limits"):
        for resource in ("cpu", "memory"):
            together = sum(_asks(one, side, resource) for one in spec.get("containers") or ())
            before = max((_asks(one, side, resource) for one in spec.get("initContainers") or ()), default=0)
            found[f"{side}.{resource}"] = max(together, before)
    return found


def _asks(container: Mapping[str, Any], side: str, resource: str) -> int:
    value = ((container.get("resources") or {}).get(side) or {}).get(resource)
    return _quantity(value) or 0


def _quantity(value: object) -> int | None:
    """A quantity of Kubernetes in thousandths; None for what is none, which the schemas tell."""
    match = _QUANTITY.fullmatch(str(value))
    return round(float(match[1]) * _UNITS[match[2]]) if match else None


def _told(amount: int, what: str) -> str:
    if what.endswith(".cpu"):
        return f"{amount}m"
    return f"{-(-amount // _UNITS['Mi'])}Mi" if what.endswith(".memory") else str(amount // 1000)
