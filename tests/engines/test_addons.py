"""A cluster runs every add-on of an environment beside its services, as charts make them from the values of `dist/`.

Charts are stand-ins: definitions are the real ones; names, labels and places of values are those of the real charts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from andamio.contract.platform import Platform
from andamio.engines.client import Answer, Client
from andamio.engines.find import files
from andamio.kubernetes.addons import ADDONS, HelmChart
from andamio.sandbox.charts import ChartRepository
from tests.engines.chart_sources import ENVIRONMENTS, of_applications, rendered
from tests.engines.cluster import NEEDED, Cluster, control_plane, read, until
from tests.engines.needs import need

WORKLOADS = ("Deployment", "StatefulSet", "Job")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChartRepository]:
    need("helm", "argo-cd-crds", "external-secrets-crds", "cert-manager-crds", "istio-crds")
    with ChartRepository(folder=tmp_path_factory.mktemp("a folder") / "charts") as repository:
        yield repository


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What happened when an environment was applied with its add-ons, at its smallest."""

    cluster: Cluster
    made: dict[str, list[dict[str, Any]]]
    """Add-on → what its chart makes."""

    answers: dict[str, Answer]
    unsettled: list[str]
    refused_pods: list[str]

    @property
    def client(self) -> Client:
        return self.cluster.client

    def of_charts(self, *kinds: str) -> list[dict[str, Any]]:
        return [body for bodies in self.made.values() for body in bodies if body["kind"] in kinds]


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def seen(
    request: pytest.FixtureRequest, project: Path, tienda: Platform, repository: ChartRepository
) -> Iterator[Seen]:
    """Definitions first, then the environment's own objects, then what the charts make."""
    need(*NEEDED)
    environment = tienda.views[request.param].environment
    made = {
        name: [_in(namespace, body) for body in rendered(repository, namespace, source)]
        for name, namespace, source in of_applications(project, request.param)
    }
    with control_plane(environment) as plane:
        cluster = Cluster(environment=environment, plane=plane, written=read(project / "dist/k8s" / request.param))
        client = cluster.client
        bodies = [body for one in made.values() for body in one]
        definitions = [body for body in bodies if body["kind"] == "CustomResourceDefinition"]
        others = [
            body
            for name in ("gateway-api-crds", "cilium-crds")
            for file in files(name)
            for body in yaml.load_all(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
        ]
        answers = dict(zip(map(_name, definitions), client.each(client.apply, definitions), strict=True))
        assert all(answer.ok for answer in client.each(client.apply, others))
        assert until(lambda: _established(client, len(definitions) + len(others)), seconds=60)
        cluster.run_node_agents()
        refused = {file: answer.message for file, answer in cluster.apply().items() if not answer.ok}
        assert refused == {}
        rest = [body for body in bodies if body["kind"] != "CustomResourceDefinition"]
        answers.update(zip(map(_name, rest), client.each(client.apply, rest), strict=True))
        until(lambda: not (cluster.unsettled() or _waiting(client)))
        yield Seen(
            cluster=cluster,
            made=made,
            answers=answers,
            unsettled=[*cluster.unsettled(), *_waiting(client)],
            refused_pods=cluster.complaints("FailedCreate", "FailedScheduling"),
        )


def _in(namespace: str, body: dict[str, Any]) -> dict[str, Any]:
    """An object with its namespace, which Helm leaves out of none that a stand-in has."""
    assert body["kind"] == "CustomResourceDefinition" or body["metadata"]["namespace"] == namespace, _name(body)
    return body


def _name(body: dict[str, Any]) -> str:
    return f"{body['kind']} {body['metadata'].get('namespace', '')}/{body['metadata']['name']}"


def _established(client: Client, count: int) -> bool:
    found = client.all_of("apiextensions.k8s.io/v1", "CustomResourceDefinition")
    wanted = {"type": "Established", "status": "True"}.items()
    return sum(any(wanted <= c.items() for c in one["status"].get("conditions") or ()) for one in found) >= count


def _waiting(client: Client) -> list[str]:
    """StatefulSets that do not run whole."""
    return [
        f"{_name({**one, 'kind': 'StatefulSet'})}: {one['status']}"
        for one in client.all_of("apps/v1", "StatefulSet")
        if one["status"].get("readyReplicas", 0) != one["spec"]["replicas"]
    ]


def test_each_chart_brings_the_definitions_that_its_add_on_declares(project: Path, repository: ChartRepository) -> None:
    found = {
        name: {
            f"{body['spec']['names']['kind']}.{body['spec']['group']}"
            for body in rendered(repository, namespace, source)
            if body["kind"] == "CustomResourceDefinition"
        }
        for name, namespace, source in of_applications(project, "dev")
    }
    # Its kinds for generators are nobody's business here, but without this one External Secrets ends by itself.
    found["external-secrets"].remove("GeneratorState.generators.external-secrets.io")
    assert found == {name: set(one.crds) for name, one in ADDONS.items() if isinstance(one.source, HelmChart)}


def test_the_server_accepts_what_charts_make_and_warns_of_nothing(seen: Seen) -> None:
    assert {name: answer.message for name, answer in seen.answers.items() if not answer.ok} == {}
    warned = {name: answer.warnings for name, answer in seen.answers.items() if answer.warnings}
    assert {name for name in warned if not name.startswith("CustomResourceDefinition ")} == set()
    assert len(seen.of_charts(*WORKLOADS)) >= 13


def test_add_ons_and_services_run_on_the_fewest_nodes(seen: Seen) -> None:
    assert seen.unsettled == []
    assert seen.refused_pods == []


def test_add_ons_run_on_system_nodes(seen: Seen) -> None:
    roles = {
        node["metadata"]["name"]: node["metadata"]["labels"]["andamio.dev/pool"]
        for node in seen.client.all_of("v1", "Node")
    }
    namespaces = {body["metadata"]["namespace"] for body in seen.of_charts(*WORKLOADS)}
    found = [pod for pod in seen.cluster.pods() if pod["metadata"]["namespace"] in namespaces]
    assert len(found) >= 13
    assert {roles[pod["spec"]["nodeName"]] for pod in found} == {"system"}


def test_namespaces_of_add_ons_refuse_what_pod_security_forbids(seen: Seen) -> None:
    for body in seen.of_charts(*WORKLOADS):
        namespace = body["metadata"]["namespace"]
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "intruder", "namespace": namespace},
            "spec": {**body["spec"]["template"]["spec"], "hostNetwork": True},
        }
        answer = seen.client.request("POST", seen.client.path("v1", "Pod", None, namespace), pod, dryRun="All")
        assert answer.status == 403, namespace
        assert 'violates PodSecurity "restricted' in answer.message, namespace


def test_every_add_on_pod_has_a_policy_and_every_policy_has_pods(seen: Seen) -> None:
    """Apart from the policy that closes a namespace; a Gateway's pods are istiod's to make, and no chart's."""
    templates = [
        (body["metadata"]["namespace"], body["metadata"]["name"], body["spec"]["template"]["metadata"]["labels"])
        for body in seen.of_charts(*WORKLOADS)
    ]
    namespaces = {namespace for namespace, _, _ in templates}
    policies = []
    for one in seen.cluster.of_kind("NetworkPolicy") + seen.cluster.of_kind("CiliumNetworkPolicy"):
        spec = one.body["spec"]
        labels = (spec.get("podSelector") or spec.get("endpointSelector") or {}).get("matchLabels", {})
        if one.namespace in namespaces and one.name != "deny-all":
            policies.append((one.namespace, one.name, labels))
    assert policies
    open_pods = {
        (namespace, name)
        for namespace, name, labels in templates
        if not any(namespace == where and wanted.items() <= labels.items() for where, _, wanted in policies)
    }
    idle = {
        (where, name)
        for where, name, wanted in policies
        if not any(namespace == where and wanted.items() <= labels.items() for namespace, _, labels in templates)
    }
    assert (open_pods, idle) == (set(), set())


def test_budgets_let_one_pod_go(seen: Seen) -> None:
    budgets = [
        one
        for one in seen.client.all_of("policy/v1", "PodDisruptionBudget")
        if one["metadata"]["namespace"] in {body["metadata"].get("namespace") for body in seen.of_charts(*WORKLOADS)}
    ]
    assert bool(budgets) == (seen.cluster.environment.tier != "development")
    until(lambda: not _stuck(seen.client, budgets), seconds=60)
    assert _stuck(seen.client, budgets) == []


def _stuck(client: Client, budgets: list[dict[str, Any]]) -> list[str]:
    now = [client.get({**one, "apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}).body for one in budgets]
    return [_name(one) for one in now if one["status"].get("disruptionsAllowed", 0) < 1]
