"""Limits of a project: how many load balancers and volumes OVHcloud gives it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity
from andamio.checks.kubernetes_objects import in_object
from andamio.checks.output import Document, Output
from andamio.checks.rule import output_rule
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.clusters import LOAD_BALANCERS_PER_PROJECT
from andamio.knowledge.ovh.flavors import VOLUMES_PER_NODE


@output_rule("AND218", severity=Severity.ERROR, title="A project has a load balancer for each Gateway")
def load_balancers_fit_the_project(platform: Platform, output: Output) -> Iterator[Finding]:
    """Each Gateway, and each Service of the type LoadBalancer, gets a load balancer of its own, up to 200 in a project.

    A Service that gets none waits for ever, and nothing fails but what it should lead to (managed Kubernetes guide
    "Expose your applications using a load balancer"). An environment has a project of its own. What charts make is not
    counted: none of the platform's add-ons asks for a load balancer beside Istio's, which is the Gateway's.
    """
    asking: dict[str, list[Document]] = defaultdict(list)
    for document in output.objects:
        service = document.kind == "Service" and (document.body.get("spec") or {}).get("type") == "LoadBalancer"
        if service or document.kind == "Gateway":
            asking[document.environment].append(document)
    for environment, documents in asking.items():
        if len(documents) > LOAD_BALANCERS_PER_PROJECT:
            yield in_object(
                documents[LOAD_BALANCERS_PER_PROJECT],
                value=len(documents),
                means=f"load balancers of {environment} are more than the {LOAD_BALANCERS_PER_PROJECT} of a project",
                fix="Lead several hosts through one Gateway",
            )


@output_rule("AND219", severity=Severity.ERROR, title="Volumes can be attached to nodes")
def volumes_fit_the_nodes(platform: Platform, output: Output) -> Iterator[Finding]:
    """A pod whose volume cannot be attached to any node waits for ever.

    OVHcloud attaches 100 block volumes to a node (managed Kubernetes guide on persistent volumes). All nodes of an
    environment at their maximum have to hold its PersistentVolumeClaims and those that StatefulSets make for each
    replica; one pod has to fit a single node. Volumes that charts ask for are not counted.
    """
    claims: dict[str, list[tuple[Document, int]]] = defaultdict(list)
    for document in output.objects:
        spec = document.body.get("spec") or {}
        if document.kind == "PersistentVolumeClaim":
            claims[document.environment].append((document, 1))
        elif document.kind == "StatefulSet" and spec.get("volumeClaimTemplates"):
            claims[document.environment].append((document, spec.get("replicas", 1) * len(spec["volumeClaimTemplates"])))
    for environment, found in claims.items():
        view = platform.views.get(environment)
        if view is None:
            continue
        nodes = sum(pool.max for pool in view.environment.pools) * max(1, len(view.environment.zones))
        asked, room = sum(number for _, number in found), nodes * VOLUMES_PER_NODE
        if asked > room:
            yield in_object(
                found[-1][0],
                value=asked,
                means=f"volumes of {environment} are more than the {room} that {nodes} nodes hold",
                fix="Raise max of a pool, or ask for fewer volumes",
            )
    for document, pod in output.pods:
        attached = [v for v in pod.get("volumes") or () if "persistentVolumeClaim" in v or "ephemeral" in v]
        if len(attached) > VOLUMES_PER_NODE:
            yield in_object(
                document,
                "volumes",
                value=len(attached),
                means=f"volumes of one pod are more than the {VOLUMES_PER_NODE} that a node holds",
                fix="Split the workload, or ask for fewer volumes",
            )
