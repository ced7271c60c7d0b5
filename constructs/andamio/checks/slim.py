"""What is kept of objects that passed every rule: enough for the rules that compare or count objects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from andamio.checks.output import POD_SPECS, pod_spec

__all__ = ["counted", "slim"]

_WHOLE_SPECS: Final = frozenset({"ClusterExternalSecret", "ExternalSecret", "NetworkPolicy"})
"""Kinds of which rules ask for the spec, together with other objects."""

_KEPT_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Service": ("type",),
    "StatefulSet": ("replicas", "volumeClaimTemplates"),
}
"""Kind → fields of the spec of which rules ask, together with other objects."""

_COUNTED: Final = "counted"
"""Where the text lies that `counted` reads."""

_COUNTED_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "HorizontalPodAutoscaler": ("maxReplicas", "scaleTargetRef"),
    "ResourceQuota": ("hard",),
}
"""Kind → fields of the spec that a namespace's quota is compared by, beside those of what makes pods."""


def slim(body: Mapping[str, Any]) -> dict[str, Any]:
    """What rules ask of an object together with others, and no more.

    An object that passed once as a whole need not be looked at as a whole again while its share is unchanged: its
    slim form, which may be kept beside the share, takes its place in `Output.documents`. It gives the same answers to
    the rules that compare or count objects (twice the same, closed namespaces, secret links, load balancers, volumes,
    quotas) and none to the others.
    """
    metadata = body.get("metadata") or {}
    kept = {key: metadata[key] for key in ("name", "namespace") if key in metadata}
    found: dict[str, Any] = {"apiVersion": body.get("apiVersion"), "kind": body.get("kind"), "metadata": kept}
    if found["kind"] == "Namespace":
        kept["labels"] = metadata.get("labels") or {}
    elif found["kind"] in _WHOLE_SPECS:
        found["spec"] = body.get("spec") or {}
    elif pod_spec(body) is not None:
        found.update(_at_pod(found["kind"], {}))
    spec = body.get("spec") or {}
    fields = {key: spec[key] for key in _KEPT_FIELDS.get(str(found["kind"]), ()) if key in spec}
    if fields:
        found["spec"] = {**found.get("spec", {}), **fields}
    if counting := _counting(body):
        # One text: thousands of small objects would cost the garbage collector more than all rules take.
        found[_COUNTED] = json.dumps(counting, separators=(",", ":"), default=str)
    return found


def counted(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """An object with all that counts in a namespace's quota, from its whole form or its slim one."""
    text = body.get(_COUNTED)
    return body if text is None else {**body, **json.loads(text)}


def _counting(body: Mapping[str, Any]) -> dict[str, Any]:
    kind, spec, pod = str(body.get("kind")), body.get("spec") or {}, pod_spec(body)
    if pod is None:
        fields = {key: spec[key] for key in _COUNTED_FIELDS.get(kind, ()) if key in spec}
        return {"spec": fields} if fields else {}
    found: dict[str, Any] = _at_pod(
        kind,
        {
            name: [{"resources": one.get("resources") or {}} for one in pod.get(name) or ()]
            for name in ("containers", "initContainers")
        },
    )
    found["spec"].update({key: spec[key] for key in ("replicas", "strategy", "parallelism") if key in spec})
    if kind == "CronJob":
        job = spec["jobTemplate"]["spec"]
        found["spec"]["jobTemplate"]["spec"].update({key: job[key] for key in ("parallelism",) if key in job})
    return found


def _at_pod(kind: str, pod: dict[str, Any]) -> dict[str, Any]:
    """`pod` where an object of that kind has the spec of its pods."""
    for key in reversed(POD_SPECS[kind]):
        pod = {key: pod}
    return pod
