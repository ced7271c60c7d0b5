"""Policy over Kubernetes objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from andamio.checks.run import check_output
from tests.checks.planting import BASE, OLD, container
from tests.checks.shop import DIGEST, TODAY, image
from tests.checks.shop_output import edited


def found(edit: Callable[[Any, Any], Any]) -> list[tuple[str, str]]:
    findings = check_output(BASE.platform(), edited(OLD, edit), today=TODAY)
    return [(finding.code, finding.at) for finding in findings]


@pytest.mark.parametrize(
    ("name", "fine"),
    [
        ("docker.io/library/postgres:17.6", True),
        (f"docker.io/library/postgres@{DIGEST}", True),
        ("docker.io/library/postgres:17", False),
        ("docker.io/library/postgres:latest", False),
        ("docker.io/library/postgres", False),
        ("registry:5000/postgres", False),
    ],
)
def test_an_image_of_somebody_else_has_an_exact_version(name: str, fine: bool) -> None:
    def job(stacks: Any, documents: Any) -> None:
        body = documents["dev/orders/Deployment.orders.yaml"]
        documents["dev/grants/Deployment.grants.yaml"] = body | {"metadata": {"name": "g", "namespace": "orders"}}
        body["spec"] = {"template": {"spec": {"containers": [{**container(documents), "image": name}]}}}
        documents["dev/grants/Deployment.grants.yaml"]["spec"] = body["spec"]
        documents.pop("dev/orders/Deployment.orders.yaml")

    assert found(job) == ([] if fine else [("AND203", "containers[0].image")])


def test_an_image_without_a_digest_is_the_releases_finding_alone() -> None:
    platform = BASE.release("dev", orders=image(digest=None)).platform()
    broken = edited(OLD, lambda s, d: container(d).update(image="registry.invalid/orders:12e0345"))
    assert check_output(platform, broken, today=TODAY) == []


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("allowPrivilegeEscalation", True, "allowPrivilegeEscalation"),
        ("runAsNonRoot", None, "runAsNonRoot"),
        ("capabilities", {"drop": ["NET_RAW"]}, "capabilities.drop"),
        ("seccompProfile", {"type": "Unconfined"}, "seccompProfile"),
    ],
)
def test_what_pod_security_refuses_is_found_here(field: str, value: object, at: str) -> None:
    def weaken(stacks: Any, documents: Any) -> None:
        one = container(documents)
        one["securityContext"] = {**one["securityContext"], field: value}

    assert found(weaken) == [("AND208", f"containers[0].securityContext.{at}")]


def test_a_pod_may_say_for_its_containers_what_it_may() -> None:
    def pod(stacks: Any, documents: Any) -> None:
        one = container(documents)
        context = dict(one["securityContext"])
        spec = documents["dev/orders/Deployment.orders.yaml"]["spec"]["template"]["spec"]
        spec["securityContext"] = {name: context.pop(name) for name in ("runAsNonRoot", "seccompProfile")}
        one["securityContext"] = context

    assert found(pod) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"podSelector": {}, "policyTypes": ["Ingress"]},
        {"podSelector": {"matchLabels": {"a": "b"}}, "policyTypes": ["Ingress", "Egress"]},
        {"podSelector": {}, "policyTypes": ["Ingress", "Egress"], "egress": [{}]},
    ],
)
def test_a_policy_that_leaves_something_open_closes_nothing(spec: Any) -> None:
    change = lambda s, d: d["dev/orders/NetworkPolicy.deny-all.yaml"].update(spec=spec)  # noqa: E731
    assert found(change) == [("AND206", "metadata.namespace")]


def test_the_namespace_default_may_be_closed_but_not_used() -> None:
    def used(kind: str) -> Callable[[Any, Any], None]:
        def edit(stacks: Any, documents: Any) -> None:
            path = f"dev/platform/{kind}.x.yaml"
            api = "networking.k8s.io/v1" if kind == "NetworkPolicy" else "v1"
            documents[path] = {"apiVersion": api, "kind": kind, "metadata": {"name": "x", "namespace": "default"}}

        return edit

    assert found(used("NetworkPolicy")) == []
    assert found(used("ConfigMap")) == [("AND205", "metadata.namespace")]


def test_roles_may_have_colons_in_their_names() -> None:
    def role(stacks: Any, documents: Any) -> None:
        api = "rbac.authorization.k8s.io/v1"
        documents["dev/platform/ClusterRole.x.yaml"] = {
            "apiVersion": api,
            "kind": "ClusterRole",
            "metadata": {"name": "andamio:team"},
        }

    assert found(role) == []
