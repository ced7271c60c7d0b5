"""The pods of an environment: those of its workloads, and those that only its policies and Gateways tell of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from andamio.testing.parties import Pod
from andamio.testing.policies import Policy
from andamio.testing.ports import NO_PORTS, PortSet

__all__ = ["KUBE_DNS", "PodTemplate", "is_name_server", "known_pods", "pod_templates"]

KUBE_DNS = Pod(
    name="kube-dns",
    namespace="kube-system",
    labels={"k8s-app": "kube-dns"},
    ports={
        "dns": PortSet.of(53, protocols=("UDP",)),
        "dns-tcp": PortSet.of(53),
        "metrics": PortSet.of(9153),
    },
    kind="Deployment",
)
"""The cluster's name server, which every cluster has and nobody declares (Kubernetes, DNS for Services and Pods)."""

_GATEWAY_LABEL = "gateway.networking.k8s.io/gateway-name"


@dataclass(frozen=True, kw_only=True)
class PodTemplate:
    """The pods that a workload makes."""

    kind: str
    """Kind of the workload."""

    namespace: str
    name: str
    """Name of the workload."""

    metadata: Mapping[str, Any]
    spec: Mapping[str, Any]

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of the pods."""
        return self.metadata.get("labels") or {}


def pod_templates(objects: Iterable[Mapping[str, Any]]) -> Iterator[PodTemplate]:
    """The pod template of each workload among `objects`; a Pod is its own."""
    for body in objects:
        kind, spec = body["kind"], body.get("spec") or {}
        if kind == "CronJob":
            template = spec["jobTemplate"]["spec"]["template"]
        elif kind in {"DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"}:
            template = spec["template"]
        elif kind == "Pod":
            template = body
        else:
            continue
        yield PodTemplate(
            kind=kind,
            namespace=body["metadata"].get("namespace", "default"),
            name=body["metadata"]["name"],
            metadata=template.get("metadata") or {},
            spec=template["spec"],
        )


def known_pods(
    objects: Iterable[Mapping[str, Any]], policies: Iterable[Policy], extra: Iterable[Pod] = ()
) -> tuple[Pod, ...]:
    """Every pod that `objects` tell of.

    Pods of workloads come first, then `extra`, the name server, and the pods that Istio starts for a Gateway. What a
    chart installs is known by its policies only: labels that a policy selects, and that no other pod has, stand for
    pods of their own.
    """
    objects = list(objects)
    namespaces = {
        body["metadata"]["name"]: body["metadata"].get("labels") or {}
        for body in objects
        if body["kind"] == "Namespace"
    }
    pods = [_of_template(template) for template in pod_templates(objects)]
    pods.extend(extra)
    if not any(is_name_server(pod) for pod in pods):
        pods.append(KUBE_DNS)
    pods.extend(_of_gateway(body) for body in objects if body["kind"] == "Gateway")
    for policy in sorted(policies, key=lambda policy: not policy.selector.labels):
        pods.extend(_of_policy(policy, pods))
    return tuple(
        replace(pod, namespace_labels={**namespaces.get(pod.namespace, {}), **pod.namespace_labels}) for pod in pods
    )


def is_name_server(pod: Pod) -> bool:
    """Whether a pod is the cluster's name server."""
    return pod.namespace == KUBE_DNS.namespace and KUBE_DNS.labels.items() <= pod.labels.items()


def _of_template(template: PodTemplate) -> Pod:
    ports: dict[str, PortSet] = {}
    for container in template.spec.get("containers") or ():
        for port in container.get("ports") or ():
            if "name" in port:
                opened = PortSet.of(port["containerPort"], protocols=(port.get("protocol", "TCP"),))
                ports[port["name"]] = ports.get(port["name"], NO_PORTS) | opened
    return Pod(
        name=template.name,
        namespace=template.namespace,
        labels=template.labels,
        ports=ports,
        kind=template.kind,
        service_account=template.spec.get("serviceAccountName", "default"),
        host_network=bool(template.spec.get("hostNetwork")),
    )


def _of_gateway(body: Mapping[str, Any]) -> Pod:
    name, namespace = body["metadata"]["name"], body["metadata"].get("namespace", "default")
    return Pod(name=name, namespace=namespace, labels={_GATEWAY_LABEL: name}, kind="Gateway")


def _of_policy(policy: Policy, known: Iterable[Pod]) -> Iterator[Pod]:
    """The pod for which a policy with rules was written, unless one of the `known` is among those that it selects."""
    if not policy.namespace or not any((*policy.allows.values(), *policy.denies.values())):
        return
    if policy.selector.expressions or any(policy.selects(pod) for pod in known):
        return
    labels = {key.removeprefix("k8s:").removeprefix("any:"): value for key, value in policy.selector.labels}
    otherwise = policy.name if labels else policy.namespace
    name = next((labels[key] for key in ("app.kubernetes.io/name", "k8s-app", "app") if key in labels), otherwise)
    if policy.name == f"{policy.namespace}-{name}":
        name = policy.name
    yield Pod(name=name, namespace=policy.namespace, labels=labels, kind=f"selected by {policy}")
