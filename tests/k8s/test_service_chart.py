"""All that one service gets."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from andamio.model import (
    Cache,
    Egress,
    Http,
    ManualSecret,
    Migration,
    Postgres,
    Route,
    Schedule,
    Scratch,
    Service,
    Taint,
)
from andamio.testing.schema import violations
from tests.kubernetes.shop import Body, built, environment, find, service

EVERYTHING = service(
    tier="critical",
    http=Http(port=8081, protocol="h2c"),
    database=Postgres(extensions=("citext",)),
    migration=Migration(command=("migrate", "up")),
    cache=Cache(),
    publishes=("order-placed",),
    subscribes=("payment-settled",),
    calls=("payments",),
    routes=(Route(host="api", path="/orders", rewrite="/"), Route(host="", path="/orders")),
    egress=(Egress(host="api.stripe.com", addresses=("198.51.100.0/24",)),),
    config={"LOG": "info"},
    secrets=(ManualSecret(name="stripe", keys=("key",), instructions="From the payment provider's console."),),
    scratch=(Scratch(path="/tmp"),),
)
PAYMENTS = service("payments", http=Http(port=9000, protocol="grpc"), calls=("orders",))
WORKER = service("mailer", subscribes=("order-placed",))
JOB = service("report", schedule=Schedule(cron="0 3 * * *"), cache=Cache())
SHOP = (EVERYTHING, PAYMENTS, WORKER, JOB)
RUNNING = {
    "Deployment",
    "CronJob",
    "Job",
    "Service",
    "HTTPRoute",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
}


def first(declared: Service) -> tuple[Service, ...]:
    return (declared, *(other for other in SHOP if other is not declared))


@pytest.mark.parametrize("version", ["1.33", "1.34", "1.35"])
@pytest.mark.parametrize("plan", ["standard", "free"])
@pytest.mark.parametrize("declared", SHOP, ids=lambda s: s.name)
def test_every_object_is_valid(declared: Service, plan: str, version: str) -> None:
    for body in built(*first(declared), at=environment(plan=plan, taints=(Taint(key="apps"),))):
        assert violations(body, version) == [], (body["kind"], body["metadata"]["name"])


@pytest.mark.parametrize("declared", SHOP, ids=lambda s: s.name)
def test_every_object_lies_in_the_services_namespace_and_says_whose_it_is(declared: Service) -> None:
    for body in built(*first(declared)):
        metadata = body["metadata"]
        assert metadata["labels"]["app.kubernetes.io/name"] == declared.name
        assert metadata["labels"]["andamio.dev/team"] == "commerce"
        if body["kind"] == "Namespace":
            assert metadata["name"] == declared.name
        else:
            assert metadata["namespace"] == declared.name


@pytest.mark.parametrize("declared", SHOP, ids=lambda s: s.name)
def test_names_are_unique_and_nothing_is_named_by_a_hash_of_its_path(declared: Service) -> None:
    found = built(*first(declared))
    ((_, most),) = Counter((body["kind"], body["metadata"]["name"]) for body in found).most_common(1)
    assert most == 1
    assert "cdk8s" not in json.dumps(found)


@pytest.mark.parametrize("declared", SHOP, ids=lambda s: s.name)
def test_pods_are_selected_by_the_services_name_alone(declared: Service) -> None:
    for body in built(*first(declared)):
        if body["kind"] == "Deployment":
            assert body["spec"]["selector"] == {"matchLabels": {"app.kubernetes.io/name": declared.name}}
            assert body["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/name"] == declared.name


@pytest.mark.parametrize("declared", SHOP, ids=lambda s: s.name)
def test_without_a_release_everything_but_what_runs_is_there(declared: Service) -> None:
    def kept(found: list[Body]) -> list[Body]:
        return [body for body in found if body["kind"] not in RUNNING]

    undeployed = built(*first(declared), deployed=False)
    assert not RUNNING & {body["kind"] for body in undeployed}
    assert undeployed == kept(built(*first(declared)))


def test_two_builds_are_equal_and_the_order_of_declaration_does_not_matter() -> None:
    assert built(*first(EVERYTHING)) == built(*first(EVERYTHING)) == built(EVERYTHING, JOB, WORKER, PAYMENTS)


def test_an_unrelated_service_changes_nothing() -> None:
    assert built(EVERYTHING, PAYMENTS) == built(EVERYTHING, PAYMENTS, WORKER)


def test_objects_of_a_service_that_uses_everything(snapshot: SnapshotAssertion) -> None:
    listed = sorted(f"{body['kind']}/{body['metadata']['name']}" for body in built(*first(EVERYTHING)))
    assert listed == snapshot(extension_class=JSONSnapshotExtension)


def test_deployment_of_an_http_service(snapshot: SnapshotAssertion) -> None:
    found = find(built(service(http=Http())), "Deployment")
    assert found == snapshot(extension_class=JSONSnapshotExtension)
