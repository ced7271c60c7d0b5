"""Objects are found by kind, name and namespace, and a mistake names the nearest."""

from __future__ import annotations

import pytest

from andamio.checks.output import Document
from andamio.testing import Objects, Synthesized


def objects(*found: tuple[str, str, str]) -> Objects:
    return Objects(
        (
            Document(
                environment="dev",
                folder="x",
                file=f"dev/x/{kind}.{namespace}.{name}.yaml",
                body={
                    "apiVersion": "v1",
                    "kind": kind,
                    "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
                },
            )
            for kind, namespace, name in found
        ),
        place="in dev",
    )


SOME = objects(
    ("ConfigMap", "orders", "orders"), ("ConfigMap", "cart", "settings"), ("ConfigMap", "orders", "settings")
)


def test_one_object_is_found_in_whichever_namespace_it_is() -> None:
    assert SOME.find("ConfigMap", "orders")["metadata"] == {"name": "orders", "namespace": "orders"}
    assert SOME.find("ConfigMap", "settings", namespace="cart")["metadata"]["namespace"] == "cart"


MISTAKES = {
    ("ConfigMap", "order", None): 'there is no ConfigMap "order" in dev. Did you mean "orders"?',
    ("ConfigMap", "xyz", None): 'there is no ConfigMap "xyz" in dev. There are: orders, settings',
    ("ConfigMap", "orders", "cart"): (
        'there is no ConfigMap "orders" in namespace "cart" in dev. It is in namespace "orders"'
    ),
    ("ConfigMaps", "orders", None): 'there is no ConfigMaps "orders" in dev. Did you mean "ConfigMap"?',
    ("Pod", "orders", None): 'there is no Pod "orders" in dev. There is no Pod at all',
    ("ConfigMap", "settings", None): (
        'there are 2 objects ConfigMap "settings" in dev: in cart, orders; give one as namespace=...'
    ),
}


@pytest.mark.parametrize("asked", MISTAKES)
def test_what_is_not_found_gives_the_nearest(asked) -> None:
    with pytest.raises(LookupError) as raised:
        SOME.find(*asked)
    assert str(raised.value) == MISTAKES[asked]


def test_all_are_filtered_by_kind_and_namespace() -> None:
    assert len(SOME.all()) == len(SOME) == 3
    assert len(SOME.all(kind="ConfigMap", namespace="orders")) == 2
    assert SOME.all(kind="Secret") == []


def test_a_test_may_change_what_it_was_given() -> None:
    SOME.find("ConfigMap", "orders")["metadata"]["name"] = "changed"
    SOME.all()[0]["metadata"]["name"] = "changed"
    assert {body["metadata"]["name"] for body in SOME.all()} == {"orders", "settings"}


def test_a_folder_has_its_objects_and_its_files(small: Synthesized) -> None:
    folder = small.environment("dev").folder("orders")
    assert "kustomization.yaml" in folder.files
    assert folder.files["Deployment.orders.yaml"].startswith("# Made by Andamio from ")
    assert len(folder) == len(folder.files) - 1, "one object a file, and the kustomization"
    assert folder.find("Deployment", "orders")["kind"] == "Deployment"
    with pytest.raises(LookupError, match=r'there is no Deployment "mailer" in dev/orders'):
        folder.find("Deployment", "mailer")
    with pytest.raises(LookupError, match=r'there is no folder "order" in dev. Did you mean "orders"\?'):
        small.environment("dev").folder("order")
    assert {"orders", "mailer", "gateway", "applications"} <= set(small.environment("dev").folders)


def test_every_workload_has_its_pod_template(small: Synthesized) -> None:
    templates = {(found.kind, found.name): found for found in small.environment("dev").pod_templates()}
    assert set(templates) == {
        ("Deployment", "orders"),
        ("Deployment", "mailer"),
        ("Job", "orders-migration"),
        ("Job", "grants-postgres"),
    }
    orders = templates["Deployment", "orders"]
    assert orders.namespace == "orders"
    assert orders.labels["app.kubernetes.io/name"] == "orders"
    assert orders.spec["containers"][0]["ports"][0]["containerPort"] == 9000
