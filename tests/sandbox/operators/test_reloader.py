"""What Reloader's stand-in restarts, on a cluster that is a few objects in memory."""

from __future__ import annotations

import json
from typing import Any

import pytest

from andamio.engines.client import Answer
from andamio.engines.errors import EngineError
from andamio.sandbox.operators.reloader import RELOAD, RESTARTED, Reloader, Restart


class Cluster:
    """Answers what the stand-in asks of a client."""

    def __init__(self) -> None:
        self.items: dict[str, list[dict[str, Any]]] = {
            "Namespace": [{"metadata": {"name": name}} for name in ("shop", "other")],
            "Secret": [secret("shop", "database"), secret("shop", "smtp"), secret("other", "database")],
            "Deployment": [
                workload("shop", "orders", "database, smtp"),
                workload("shop", "mails", "smtp"),
                workload("shop", "static", None),
                workload("other", "orders", "database"),
            ],
        }
        self.patched: dict[str, Any] = {}
        self.refuses = False

    def all_of(self, version: str, kind: str, **query: str) -> list[dict[str, Any]]:
        found = self.items.get(kind, [])
        return found[:1] if query else found

    def path(self, version: str, kind: str, name: str, namespace: str) -> str:
        return f"{kind} {namespace}/{name}"

    def merge(self, path: str, patch: Any) -> Answer:
        if self.refuses:
            return Answer(status=403, body={"message": "no"})
        self.patched[path] = patch
        return Answer(status=200, body={})

    def change(self, namespace: str, name: str, value: str) -> None:
        for one in self.items["Secret"]:
            if one["metadata"] == {"namespace": namespace, "name": name}:
                one["data"] = {"key": value}


def secret(namespace: str, name: str) -> dict[str, Any]:
    return {"metadata": {"namespace": namespace, "name": name}, "data": {"key": "b2xk"}}


def workload(namespace: str, name: str, secrets: str | None) -> dict[str, Any]:
    annotations = {} if secrets is None else {RELOAD: secrets}
    return {"metadata": {"namespace": namespace, "name": name, "annotations": annotations}}


def restart(name: str, *secrets: str, namespace: str = "shop") -> Restart:
    return Restart(kind="Deployment", namespace=namespace, name=name, secrets=secrets)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def test_what_names_a_secret_that_changed_is_restarted_once_by_its_pod_template(cluster: Cluster) -> None:
    reloader = Reloader(cluster)
    assert reloader.look() == ()
    cluster.change("shop", "database", "bmV3")
    assert reloader.look() == (restart("orders", "database"),)
    assert reloader.look() == ()
    (patch,) = cluster.patched.values()
    told = json.loads(patch["spec"]["template"]["metadata"]["annotations"][RESTARTED])
    assert (told["type"], told["namespace"], told["name"]) == ("SECRET", "shop", "database")


def test_two_secrets_that_changed_together_restart_a_workload_once(cluster: Cluster) -> None:
    reloader = Reloader(cluster)
    reloader.look()
    for name in ("database", "smtp"):
        cluster.change("shop", name, "bmV3")
    assert reloader.look() == (restart("orders", "database", "smtp"), restart("mails", "smtp"))


def test_only_namespaces_of_the_selector_count(cluster: Cluster) -> None:
    reloader, everywhere = Reloader(cluster, namespaces="andamio.dev/service=true"), Reloader(cluster)
    for one in (reloader, everywhere):
        one.look()
    cluster.change("other", "database", "bmV3")
    assert reloader.look() == ()
    assert everywhere.look() == (restart("orders", "database", namespace="other"),)


def test_a_new_secret_restarts_nothing_and_one_made_again_with_other_data_does(cluster: Cluster) -> None:
    reloader = Reloader(cluster)
    reloader.look()
    every = cluster.items["Secret"]
    cluster.items["Secret"] = [*every, secret("shop", "new")]
    assert reloader.look() == ()
    cluster.items["Secret"] = every[1:]
    assert reloader.look() == ()
    cluster.items["Secret"] = every
    assert reloader.look() == ()
    cluster.change("shop", "database", "bmV3")
    assert reloader.look() == (restart("orders", "database"),)


def test_a_restart_that_was_refused_is_tried_again(cluster: Cluster) -> None:
    reloader = Reloader(cluster)
    reloader.look()
    cluster.change("shop", "database", "bmV3")
    cluster.refuses = True
    with pytest.raises(EngineError, match=r"Deployment shop/orders was not restarted: no"):
        reloader.look()
    cluster.refuses = False
    assert reloader.look() == (restart("orders", "database"),)


@pytest.mark.parametrize("name", ["reloader.stakater.com/auto", "configmap.reloader.stakater.com/reload"])
def test_annotations_that_are_not_imitated_are_errors(cluster: Cluster, name: str) -> None:
    reloader = Reloader(cluster)
    reloader.look()
    cluster.items["Deployment"][2]["metadata"]["annotations"][name] = "x"
    cluster.change("shop", "database", "bmV3")
    with pytest.raises(EngineError, match=f"shop/static asks by {name}, which the sandbox's Reloader does not imitate"):
        reloader.look()
