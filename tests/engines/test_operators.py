"""What stands in for operators makes healthy what its table says, and nothing else."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from andamio.contract.platform import Platform
from andamio.engines import files
from andamio.engines.client import Client
from andamio.engines.control_plane import PROGRAMS, ControlPlane
from andamio.kubernetes.addons.reloader import WATCHED
from andamio.sandbox.operators.server import Operators
from andamio.sandbox.operators.statuses import ADDRESS, STOOD_IN
from tests.engines.cluster import control_plane, until
from tests.engines.needs import need

DEFINITIONS = ("cert-manager-crds", "gateway-api-crds")


@pytest.fixture(scope="module")
def plane(tienda: Platform) -> Iterator[ControlPlane]:
    need(*PROGRAMS, "kwok-stages", *DEFINITIONS)
    with control_plane(tienda.views["dev"].environment) as plane:
        for name in DEFINITIONS:
            for file in files(name):
                for body in yaml.load_all(file.read_text(), yaml.CSafeLoader):
                    assert plane.client.apply(body).ok
        until(lambda: _served(plane.client))
        yield plane


@pytest.fixture(scope="module")
def operators(plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operators]:
    folder = tmp_path_factory.mktemp("a folder")
    with Operators(plane.kubeconfig, reloaded=WATCHED, folder=folder / "operators") as operators:
        yield operators


def _served(client: Client) -> bool:
    try:
        return all(client.path(row.version, row.kind) for row in STOOD_IN)
    except LookupError:
        return False


def of_dist(project: Path, *kinds: str) -> list[dict[str, Any]]:
    found = [
        yaml.safe_load(file.read_text()) for kind in kinds for file in project.glob(f"dist/k8s/dev/*/{kind}.*.yaml")
    ]
    assert found
    return found


def apply(client: Client, *bodies: dict[str, Any]) -> None:
    for body in bodies:
        namespace = body["metadata"].get("namespace")
        if namespace:
            client.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        answer = client.apply(body)
        assert answer.ok, answer.message


def status(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    return client.get(body).body.get("status", {})


def test_every_object_of_dist_whose_operator_is_away_becomes_healthy(
    project: Path, plane: ControlPlane, operators: Operators
) -> None:
    bodies = of_dist(project, "ClusterIssuer", "Certificate", "Gateway", "HTTPRoute")
    apply(plane.client, *bodies)
    names = {
        kind: sorted(
            "/".join(filter(None, [one["metadata"].get("namespace"), one["metadata"]["name"]]))
            for one in bodies
            if one["kind"] == kind
        )
        for kind in ("ClusterIssuer", "Certificate", "Gateway", "HTTPRoute")
    }
    until(lambda: all(operators.made_healthy()[kind]["objects"] == names[kind] for kind in names))
    assert {kind: operators.made_healthy()[kind]["objects"] for kind in names} == names
    gateway = next(one for one in bodies if one["kind"] == "Gateway")
    assert status(plane.client, gateway)["addresses"] == [{"type": "IPAddress", "value": ADDRESS}]
    assert operators.made_healthy()["GatewayClass"]["objects"] == ["istio"]


def test_a_certificate_has_its_secret_for_its_names(project: Path, plane: ControlPlane, operators: Operators) -> None:
    body = of_dist(project, "Certificate")[0]
    apply(plane.client, body)
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {**body["metadata"], "name": body["spec"]["secretName"]},
    }
    until(lambda: plane.client.get(secret).ok)
    data = {key: base64.b64decode(text).decode() for key, text in plane.client.get(secret).body["data"].items()}
    folder = operators.folder
    (folder / "pair.pem").write_text(data["tls.crt"] + data["tls.key"])
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(folder / "pair.pem")
    ssl.create_default_context(cadata=data["ca.crt"])


def test_a_deleted_secret_of_a_certificate_is_made_again(
    project: Path, plane: ControlPlane, operators: Operators
) -> None:
    body = of_dist(project, "Certificate")[0]
    apply(plane.client, body)
    metadata = {"name": body["spec"]["secretName"], "namespace": body["metadata"]["namespace"]}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata}
    until(lambda: plane.client.get(secret).ok)
    plane.client.delete(secret)
    assert until(lambda: plane.client.get(secret).ok, seconds=30)


def test_what_is_gone_is_no_longer_counted(project: Path, plane: ControlPlane, operators: Operators) -> None:
    route = {**of_dist(project, "HTTPRoute")[0], "metadata": {"name": "short", "namespace": "default"}}
    apply(plane.client, route)
    assert until(lambda: "default/short" in operators.made_healthy()["HTTPRoute"]["objects"], seconds=30)
    plane.client.delete(route)
    assert until(lambda: "default/short" not in operators.made_healthy()["HTTPRoute"]["objects"], seconds=30)


def test_what_cannot_be_imitated_is_told_and_holds_up_nothing(plane: ControlPlane, operators: Operators) -> None:
    """A workload that asks Reloader for more than the stand-in does, in a namespace that it looks into."""
    namespace = {"name": "odd", "labels": dict([WATCHED.split("=")])}
    pods = {"labels": {"app": "odd"}}
    body = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "odd", "namespace": "odd", "annotations": {"reloader.stakater.com/auto": "true"}},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": pods["labels"]},
            "template": {"metadata": pods, "spec": {"containers": [{"name": "one", "image": "example.invalid/one:1"}]}},
        },
    }
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "any", "namespace": "odd"}}
    for one in ({"apiVersion": "v1", "kind": "Namespace", "metadata": namespace}, body):
        assert plane.client.apply(one).ok
    log = operators.running[0].log
    number = iter(range(1000))

    def told() -> bool:
        assert plane.client.apply({**secret, "stringData": {"value": str(next(number))}}).ok
        return "reloader.stakater.com/auto" in log.read_text()

    assert until(told, seconds=30)
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "after", "namespace": "odd"},
        "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
    }
    apply(plane.client, service)
    assert until(lambda: bool(status(plane.client, service).get("loadBalancer")), seconds=30)
    plane.client.delete({"apiVersion": "v1", "kind": "Namespace", "metadata": namespace})


def test_a_new_generation_is_seen(project: Path, plane: ControlPlane, operators: Operators) -> None:
    body = of_dist(project, "Certificate")[0]
    apply(plane.client, body)
    before = plane.client.get(body).body["metadata"]["generation"]
    more = {**body, "spec": {**body["spec"], "dnsNames": ["other.example"]}}
    apply(plane.client, more)
    until(lambda: status(plane.client, body)["conditions"][0]["observedGeneration"] > before)
    assert status(plane.client, body)["conditions"][0]["observedGeneration"] > before
    apply(plane.client, body)


def test_a_load_balancer_has_an_address_and_other_services_none(plane: ControlPlane, operators: Operators) -> None:
    bodies = [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": kind.lower(), "namespace": "default"},
            "spec": {"type": kind, "ports": [{"port": 80}]},
        }
        for kind in ("LoadBalancer", "ClusterIP")
    ]
    apply(plane.client, *bodies)
    until(lambda: bool(status(plane.client, bodies[0])["loadBalancer"]))
    assert status(plane.client, bodies[0])["loadBalancer"]["ingress"][0]["ip"] == ADDRESS
    assert status(plane.client, bodies[1]) == {"loadBalancer": {}}


def test_pods_are_measured_while_they_are_there(plane: ControlPlane, operators: Operators) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "measured", "namespace": "default"},
        "spec": {"containers": [{"name": "one", "image": "example.invalid/one:1"}]},
    }
    until(lambda: plane.client.create(pod).ok or plane.client.get(pod).ok)
    measured = {"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics", "metadata": pod["metadata"]}
    until(lambda: plane.client.get(measured).ok)
    assert plane.client.get(measured).body["containers"][0]["usage"]
    plane.client.delete(pod)
    until(lambda: not plane.client.get(measured).ok)
    assert not plane.client.get(measured).ok


def test_nobody_stands_in_for_external_secrets_and_no_more_than_these_kinds() -> None:
    assert [row.kind for row in STOOD_IN] == [
        "ClusterIssuer",
        "Certificate",
        "GatewayClass",
        "Gateway",
        "HTTPRoute",
        "Service",
    ]
