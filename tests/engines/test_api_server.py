"""Kubernetes' own API server, controllers and scheduler take what `dist/k8s/<env>` says, byte for byte."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from andamio.contract.platform import Platform
from andamio.engines.nodes import nodes
from tests.engines.cluster import NEEDED, Cluster, control_plane, prepared
from tests.engines.drains import Drain, drain, most_used, of_zone
from tests.engines.needs import need

ENVIRONMENTS = ("dev", "staging", "production")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What happened when an environment was applied, at its smallest."""

    cluster: Cluster
    unsettled: list[str]
    pods: list[dict[str, Any]]
    refused_pods: list[str]
    changed_again: list[str]


@dataclass(frozen=True, kw_only=True)
class SeenLargest:
    """What happened when every workload was scaled to its largest, and then rolled out anew."""

    unsettled: list[str]
    unsettled_after_rollout: list[str]
    refused_pods: list[str]
    pods: list[dict[str, Any]]
    replicas: dict[str, int]


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def seen(request: pytest.FixtureRequest, project: Path, tienda: Platform) -> Iterator[Seen]:
    """An environment applied to a control plane of its own, until everything runs."""
    need(*NEEDED)
    environment = tienda.views[request.param].environment
    with control_plane(environment) as plane:
        cluster = prepared(environment, project / "dist" / "k8s" / request.param, plane)
        cluster.answers = cluster.apply()
        unsettled = cluster.settle()
        yield Seen(
            cluster=cluster,
            unsettled=unsettled,
            pods=cluster.pods(),
            refused_pods=cluster.complaints("FailedCreate", "FailedScheduling"),
            changed_again=cluster.changed_by_applying_again(),
        )


@pytest.fixture(scope="module")
def drained(seen: Seen) -> Drain:
    """The application node with the most pods drained at the smallest scale; nodes are added as pods need room."""
    return drain(seen.cluster, [most_used(seen.cluster)], grow=True)


@pytest.fixture(scope="module")
def largest(seen: Seen, drained: Drain) -> SeenLargest:
    """The same with every Deployment at its autoscaler's maximum and every node that the pools allow."""
    cluster, client = seen.cluster, seen.cluster.client
    cluster.plane.add_nodes(nodes(cluster.environment, largest=True))
    before = set(cluster.complaints("FailedCreate", "FailedScheduling"))
    replicas = {}
    deployments = {one.namespace: one for one in cluster.of_kind("Deployment")}
    for scaler in cluster.of_kind("HorizontalPodAutoscaler"):
        replicas[scaler.namespace] = scaler.body["spec"]["maxReplicas"]
        path = client.path_of(deployments[scaler.namespace].body) + "/scale"
        answer = client.merge(path, {"spec": {"replicas": replicas[scaler.namespace]}})
        assert answer.ok, answer.message
    unsettled = cluster.settle()
    _run_by_hand(cluster)
    for one in deployments.values():
        template = {"metadata": {"annotations": {"andamio.dev/rolled-out": "again"}}}
        assert client.merge(client.path_of(one.body), {"spec": {"template": template}}).ok
    return SeenLargest(
        unsettled=unsettled,
        unsettled_after_rollout=cluster.settle(),
        refused_pods=sorted(set(cluster.complaints("FailedCreate", "FailedScheduling")) - before),
        pods=cluster.pods(),
        replicas=replicas,
    )


@pytest.fixture(scope="module")
def drained_at_the_largest(seen: Seen, largest: SeenLargest) -> Drain:
    """Every node of one zone drained at the largest scale; where there is one zone, the node with the most pods."""
    zones = seen.cluster.environment.zones
    return drain(seen.cluster, of_zone(seen.cluster, zones[0]) if zones else [most_used(seen.cluster)], grow=False)


def _run_by_hand(cluster: Cluster) -> None:
    """Start one run of each scheduled job, as a person would."""
    for one in cluster.of_kind("CronJob"):
        template = one.body["spec"]["jobTemplate"]
        metadata = {**template.get("metadata", {}), "name": f"{one.name}-by-hand", "namespace": one.namespace}
        job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}
        answer = cluster.client.create(job)
        assert answer.ok, answer.message


def test_the_server_accepts_every_file_and_knows_every_field(seen: Seen) -> None:
    refused = {file: answer.message for file, answer in seen.cluster.answers.items() if not answer.ok}
    assert refused == {}
    assert len(seen.cluster.answers) == len(seen.cluster.written) > 300


def test_the_server_warns_of_nothing(seen: Seen) -> None:
    warnings = {file: answer.warnings for file, answer in seen.cluster.answers.items() if answer.warnings}
    assert warnings == {}


def test_every_workload_runs_on_the_fewest_nodes(seen: Seen) -> None:
    assert seen.unsettled == []
    assert seen.refused_pods == []
    assert {pod["status"]["phase"] for pod in seen.pods} <= {"Running", "Succeeded"}
    names = {pod["metadata"]["namespace"] for pod in seen.pods}
    assert {one.namespace for one in seen.cluster.of_kind("Deployment")} <= names


def test_pods_run_on_the_nodes_of_their_role(seen: Seen) -> None:
    roles = {
        node["metadata"]["name"]: node["metadata"]["labels"]["andamio.dev/pool"]
        for node in seen.cluster.client.all_of("v1", "Node")
    }
    services = {one.namespace for one in seen.cluster.of_kind("Deployment")}
    found = {roles[pod["spec"]["nodeName"]] for pod in seen.pods if pod["metadata"]["namespace"] in services}
    assert found == {"applications"}


def test_a_second_apply_changes_nothing(seen: Seen) -> None:
    assert seen.changed_again == []


def test_services_admit_only_restricted_pods(seen: Seen) -> None:
    client = seen.cluster.client
    for one in seen.cluster.of_kind("Deployment"):
        template = one.body["spec"]["template"]
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "intruder", "namespace": one.namespace},
            "spec": {**copy.deepcopy(template["spec"]), "topologySpreadConstraints": []},
        }
        path = client.path("v1", "Pod", None, one.namespace)
        good = client.request("POST", path, pod, dryRun="All")
        assert good.ok, good.message
        pod["spec"]["hostNetwork"] = True
        bad = client.request("POST", path, pod, dryRun="All")
        assert bad.status == 403, one.namespace
        assert 'violates PodSecurity "restricted' in bad.message


def test_a_node_is_drained_at_the_smallest_scale_and_every_pod_finds_room(drained: Drain) -> None:
    assert drained.evicted == drained.held > 0
    assert (drained.left, drained.unsettled, drained.pending, drained.strays) == ([], [], [], [])


def test_a_drain_takes_no_service_down_that_has_replicas_at_the_smallest_scale(drained: Drain) -> None:
    assert drained.down == set()


def test_quotas_hold_at_the_largest_scale(largest: SeenLargest) -> None:
    assert largest.unsettled == []
    for namespace, count in largest.replicas.items():
        running = [
            pod
            for pod in largest.pods
            if pod["metadata"]["namespace"] == namespace and pod["metadata"]["labels"].get("pod-template-hash")
        ]
        assert len(running) == count, namespace


def test_a_rollout_at_the_largest_scale_is_refused_no_pod(largest: SeenLargest) -> None:
    assert largest.unsettled_after_rollout == []
    assert largest.refused_pods == []


def test_quotas_count_every_pod_and_leave_room_for_a_rollout(seen: Seen, largest: SeenLargest) -> None:
    for quota in seen.cluster.client.all_of("v1", "ResourceQuota"):
        namespace, status = quota["metadata"]["namespace"], quota["status"]
        replicas = largest.replicas.get(namespace, 0)
        assert replicas <= int(status["used"]["pods"]) <= int(status["hard"]["pods"]), namespace
        if replicas:
            assert int(status["hard"]["pods"]) > replicas, namespace


def test_a_node_or_a_zone_is_drained_at_the_largest_scale_and_every_pod_finds_room(
    seen: Seen, drained_at_the_largest: Drain
) -> None:
    done = drained_at_the_largest
    environment = seen.cluster.environment
    a_zone = sum(pool.max for pool in environment.pools)
    assert len(done.nodes) == (a_zone if environment.zones else 1)
    assert done.evicted == done.held > 0
    assert (done.left, done.unsettled, done.pending, done.strays) == ([], [], [], [])


def test_budgets_hold_evictions_back_so_that_no_service_is_down(seen: Seen, drained_at_the_largest: Drain) -> None:
    assert drained_at_the_largest.down == set()
    if seen.cluster.environment.zones:  # several replicas of a service are in one zone
        assert drained_at_the_largest.refused > 0


STORE = {"kind": "ClusterSecretStore", "name": "key-store"}
ADMIN = {"kind": "ClusterSecretStore", "name": "key-store-admin"}
LOCAL = {"kind": "SecretStore", "name": "key-store"}


def _key(path: str) -> dict[str, Any]:
    return {"data": [{"secretKey": "value", "remoteRef": {"key": path}}]}


def _extract(path: str) -> dict[str, Any]:
    return {"dataFrom": [{"extract": {"key": path}}]}


_SOURCE = {"storeRef": ADMIN}
ALLOWED = {
    "a service reads its own": ("orders", STORE, _key("services/orders/database")),
    "a service extracts its own": ("orders", STORE, _extract("services/orders/database")),
    "a service reads the pull account": ("orders", STORE, _key("platform/registry-pull")),
    "a renamed service reads under its old name": ("accounts", STORE, _key("services/users/database")),
    "cert-manager reads the DNS account": ("cert-manager", STORE, _key("platform/dns")),
    "external-dns reads the DNS account": ("external-dns", STORE, _key("platform/dns")),
    "the grants Job reads the admin's": ("database-grants", ADMIN, _key("admin/postgres")),
}
REFUSED = {
    "another service's": ("orders", STORE, _key("services/payments/database")),
    "another service's by extract": ("orders", STORE, _extract("services/payments/database")),
    "a name that only starts alike": ("orders", STORE, _key("services/orders-archive/database")),
    "the new name of a renamed service": ("accounts", STORE, _key("services/accounts/database")),
    "the admin's by a service": ("orders", STORE, _key("admin/postgres")),
    "the admin's store by a service": ("orders", ADMIN, _key("services/orders/database")),
    "the DNS account by a service": ("orders", STORE, _key("platform/dns")),
    "a store of one's own": ("orders", LOCAL, _key("services/orders/database")),
    "no store at all": ("orders", None, _key("services/orders/database")),
    "a search": ("orders", STORE, {"dataFrom": [{"find": {"name": {"regexp": ".*"}}}]}),
    "a source per key": (
        "orders",
        STORE,
        {"data": [{**_key("services/orders/database")["data"][0], "sourceRef": _SOURCE}]},
    ),
    "a source per extract": (
        "orders",
        STORE,
        {"dataFrom": [{**_extract("services/orders/database")["dataFrom"][0], "sourceRef": _SOURCE}]},
    ),
    "one foreign key behind a good one": (
        "orders",
        STORE,
        {"data": [*_key("services/orders/database")["data"], {**_key("admin/postgres")["data"][0], "secretKey": "b"}]},
    ),
    "a service's by the platform": ("cert-manager", STORE, _key("services/orders/database")),
    "anything elsewhere": ("default", STORE, _key("platform/dns")),
    "the admin's through the usual store": ("database-grants", STORE, _key("admin/postgres")),
    "a service's by the grants Job": ("database-grants", ADMIN, _key("services/orders/database")),
}


def _ask(seen: Seen, case: tuple[str, dict[str, str] | None, dict[str, Any]]) -> Any:
    """Ask the server whether it would take an ExternalSecret, without making one."""
    namespace, store, spec = case
    body = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": "asked", "namespace": namespace},
        "spec": {**({"secretStoreRef": store} if store else {}), **spec},
    }
    client = seen.cluster.client
    path = client.path(body["apiVersion"], body["kind"], None, namespace)
    return client.request("POST", path, body, dryRun="All", fieldValidation="Strict")


@pytest.mark.parametrize("case", ALLOWED.values(), ids=ALLOWED)
def test_the_fence_lets_through_what_belongs_to_a_namespace(seen: Seen, case: Any) -> None:
    answer = _ask(seen, case)
    assert answer.ok, answer.message


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_the_fence_refuses_everything_else(seen: Seen, case: Any) -> None:
    answer = _ask(seen, case)
    assert answer.status == 403, answer.body
    assert "ValidatingAdmissionPolicy 'secrets-of-" in answer.message
