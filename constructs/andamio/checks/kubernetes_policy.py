"""Kubernetes policy: images, Pod Security, network policies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from andamio.checks.finding import Finding, Severity
from andamio.checks.kubernetes_objects import in_object
from andamio.checks.output import Document, Output
from andamio.checks.rule import output_rule
from andamio.contract.platform import Platform

_EXACT = re.compile(r".+:v?\d+\.\d+[\w.-]*")
"""An image by an exact version."""

_ENFORCE = "pod-security.kubernetes.io/enforce"
_LEVELS = ("restricted", "baseline", "privileged")


def _fresh_pods(output: Output) -> Iterator[tuple[Document, Mapping[str, Any]]]:
    """Each fresh object that makes pods, with their spec."""
    return ((document, spec) for document, spec in output.pods if document.file not in output.slim_paths)


def _containers(spec: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for field in ("initContainers", "containers"):
        for index, container in enumerate(spec.get(field) or ()):
            yield f"{field}[{index}]", container


@output_rule("AND203", severity=Severity.ERROR, title="Each image stands still")
def images_stand_still(platform: Platform, output: Output) -> Iterator[Finding]:
    """A tag can be moved to another image, a digest cannot.

    A service's image, which its release names (AND050), has a digest. Of an image of somebody else that the platform's
    own jobs use, whose digest only its registry knows, an exact version such as `17.6` is asked for; `latest` or `17`
    would run another program tomorrow.
    """
    for document, spec in _fresh_pods(output):
        view = platform.views.get(document.environment)
        image = view.image(document.folder) if view else None
        if image is not None and image.digest is None:
            continue  # the release's own finding
        for field, container in _containers(spec):
            name = str(container.get("image", ""))
            exact = view is not None and document.folder not in view.by_name and _EXACT.fullmatch(name)
            if "@sha256:" not in name and not exact:
                yield in_object(document, f"{field}.image", value=name, means="may be another image tomorrow")


@output_rule("AND204", severity=Severity.ERROR, title="A namespace enforces a level of Pod Security")
def namespaces_enforce_pod_security(platform: Platform, output: Output) -> Iterator[Finding]:
    """A namespace without the label takes privileged pods.

    Without the label `pod-security.kubernetes.io/enforce` a namespace takes privileged pods: OVHcloud's API server has
    no default of its own that a customer could set.
    """
    for document in output.objects:
        if document.kind == "Namespace":
            level = document.labels.get(_ENFORCE)
            if level not in _LEVELS:
                means = "takes any pod, privileged ones too"
                yield in_object(document, f'metadata.labels["{_ENFORCE}"]', value=level, means=means)


@output_rule("AND206", severity=Severity.ERROR, title="A workload's namespace is closed by default")
def namespaces_are_closed(platform: Platform, output: Output) -> Iterator[Finding]:
    """A pod that no policy selects may reach everything and be reached by everyone.

    Each namespace with a workload has a policy that selects all pods, in both directions, and opens nothing; others
    then open what is declared.
    """
    closed: set[tuple[str, str]] = set()
    for document in output.objects:
        if document.kind == "NetworkPolicy":
            spec = document.body.get("spec") or {}
            opens = spec.get("ingress") or spec.get("egress") or spec.get("podSelector")
            if not opens and set(spec.get("policyTypes") or ()) == {"Ingress", "Egress"}:
                closed.add((document.environment, document.namespace))
    told: set[tuple[str, str]] = set()
    for document, _ in output.pods:
        place = (document.environment, document.namespace)
        if place not in closed and place not in told:
            told.add(place)
            means = "no NetworkPolicy closes the namespace of this workload"
            yield in_object(document, "metadata.namespace", value=document.namespace, means=means)


@output_rule("AND208", severity=Severity.ERROR, title="Pods keep to the level that their namespace enforces")
def pods_are_restricted(platform: Platform, output: Output) -> Iterator[Finding]:
    """The API server takes such a Deployment, and its pods never come.

    In a namespace that enforces `restricted` the API server refuses a pod that may run as root, gain rights, keep
    capabilities or go without a seccomp profile (Kubernetes: Pod Security Standards). A Deployment is taken, and its
    pods never come: nothing fails but the service.
    """
    restricted = {
        (document.environment, document.name)
        for document in output.objects
        if document.kind == "Namespace" and document.labels.get(_ENFORCE) == "restricted"
    }
    for document, spec in _fresh_pods(output):
        if (document.environment, document.namespace) not in restricted:
            continue
        pod = spec.get("securityContext") or {}
        for host in ("hostNetwork", "hostPID", "hostIPC"):
            if spec.get(host):
                yield in_object(document, host, value=True, means="the namespace's Pod Security level forbids it")
        for field, container in _containers(spec):
            own = container.get("securityContext") or {}
            merged = {**pod, **own}
            wrong = {
                "allowPrivilegeEscalation": own.get("allowPrivilegeEscalation") is not False,
                "runAsNonRoot": merged.get("runAsNonRoot") is not True,
                "capabilities.drop": "ALL" not in ((own.get("capabilities") or {}).get("drop") or ()),
                "seccompProfile": (merged.get("seccompProfile") or {}).get("type")
                not in ("RuntimeDefault", "Localhost"),
            }
            for name, is_wrong in wrong.items():
                if is_wrong:
                    means = "the namespace's Pod Security level asks for it, and the API server would refuse the pod"
                    yield in_object(document, f"{field}.securityContext.{name}", means=means)
