"""Commits that go wrong, each in its own service, and one that removes a service: what Argo CD makes of them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any

from andamio.engines.stages import CANNOT_BE_PULLED
from andamio.kubernetes.projects import NAMESPACES
from tests.engines.argo import Shop, state
from tests.engines.cluster import until
from tests.engines.slow import Release

MIGRATION = "inventory"
"""Whose migration fails."""

OTHER = "products"
"""Who goes on meanwhile."""

FOREIGN_REPOSITORY = "https://git.example.com/somebody/else.git"
REMOVED = {"backoffice": False, "shipping": True}
"""Services that are removed, with whether there is data that belongs to them: then their namespace stays."""


FENCED = {
    "payments": {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "intruder", "namespace": "payments"},
        "rules": [],
    },
    "accounts": {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "intruder", "namespace": "orders"},
        "data": {"a": "b"},
    },
    "shipping": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "intruder"}},
}
"""By service, an object that its project does not let through: a kind, a namespace, a cluster-wide object."""

SMUGGLED = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "smuggled"},
    "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
}
"""What a service's folder holds under the name of a namespace's file, which another Application reads."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen while the commits were bad."""

    states: dict[str, str]
    """State of each Application in words."""

    root: dict[str, Any]
    root_followed: bool
    """Whether the root took a commit that came after the bad one, and its child changed."""

    other_followed: bool
    """Whether another service took it."""

    failed_job: bool
    old_image: str
    image_meanwhile: str
    """Image of the service whose migration failed: before, and after the bad commit."""

    intruders: list[str]
    """Objects that should not be in the cluster and are."""

    after: dict[str, str]
    """What was not Synced and Healthy after everything was taken back."""


def break_and_mend(shop: Shop) -> Seen:
    """Commit everything that is bad, then something good, then take all back."""
    repository = shop.repository
    kept = repository.folder.parent / "kept"
    shutil.copytree(repository.environment, kept)
    old_image = _image(shop)
    with Release(shop.client, f"{MIGRATION}-migration", MIGRATION, seconds=0, phase="Failed"):
        _break(shop)
        shop.argo.refresh()
        failed = until(lambda: _job_failed(shop), seconds=240)
        until(lambda: all(_fenced(shop, name) for name in (*FENCED, "search", NAMESPACES)), seconds=120)
        root, other = _follow(shop)
        states = {name: state(body) for name, body in shop.applications().items()}
        seen_root = shop.application("root")
        image = _image(shop)
        intruders = _intruders(shop)
        # Until the Job that runs has failed, the commit that mends it waits; a deadline bounds that in a cluster.
        shutil.rmtree(repository.environment)
        shutil.move(kept, repository.environment)
        repository.commit("Take all back")
        shop.argo.refresh()
        after = shop.settle(seconds=300)
    return Seen(
        states=states,
        root=seen_root,
        root_followed=root,
        other_followed=other,
        failed_job=failed,
        old_image=old_image,
        image_meanwhile=image,
        intruders=intruders,
        after=after,
    )


def _break(shop: Shop) -> None:
    repository = shop.repository
    for kind in (f"Job.{MIGRATION}-migration", f"Deployment.{MIGRATION}"):
        with repository.changed(f"{MIGRATION}/{kind}.yaml") as body:
            image = f"registry.example/{CANNOT_BE_PULLED}:new" if kind.startswith("Job") else "registry.example/a:new"
            body["spec"]["template"]["spec"]["containers"][0]["image"] = image
    for service, body in FENCED.items():
        repository.write(repository.file(f"{service}/intruder.yaml"), body)
    repository.write(repository.file("payments/Namespace.smuggled.yaml"), SMUGGLED)
    with repository.changed("applications/Application.search.yaml") as body:
        body["spec"]["source"]["repoURL"] = FOREIGN_REPOSITORY
    repository.commit("Bad in six ways")


def _follow(shop: Shop) -> tuple[bool, bool]:
    """Whether the root and a service take a commit while others are broken."""
    repository = shop.repository
    with repository.changed("applications/Application.reports.yaml") as body:
        body["metadata"]["labels"]["tienda.example/changed"] = "yes"
    with repository.changed(f"{OTHER}/ConfigMap.{OTHER}.yaml") as body:
        body["data"]["CHANGED"] = "yes"
    commit = repository.commit("Good")
    shop.argo.refresh("root", OTHER)
    path = shop.client.path("v1", "ConfigMap", OTHER, OTHER)

    def root() -> bool:
        labels = shop.application("reports")["metadata"].get("labels", {})
        ended = shop.application("root")["status"].get("operationState", {}).get("phase") == "Succeeded"
        return labels.get("tienda.example/changed") == "yes" and shop.at("root", commit) and ended

    def other() -> bool:
        return shop.client.request("GET", path).body["data"].get("CHANGED") == "yes" and shop.at(OTHER, commit)

    return until(root, seconds=240), until(other, seconds=240)


def _image(shop: Shop) -> str:
    body = shop.client.request("GET", shop.client.path("apps/v1", "Deployment", MIGRATION, MIGRATION)).body
    image: str = body["spec"]["template"]["spec"]["containers"][0]["image"]
    return image


def _job_failed(shop: Shop) -> bool:
    answer = shop.client.request("GET", shop.client.path("batch/v1", "Job", f"{MIGRATION}-migration", MIGRATION))
    conditions = answer.body.get("status", {}).get("conditions", ()) if answer.ok else ()
    return any(one["type"] == "Failed" and one["status"] == "True" for one in conditions)


def _fenced(shop: Shop, name: str) -> bool:
    return "not permitted" in state(shop.application(name))


def _intruders(shop: Shop) -> list[str]:
    found = []
    for body in (*FENCED.values(), SMUGGLED):
        if shop.client.get(body).ok:
            found.append(f"{body['kind']} {body['metadata']['name']}")
    return found


def remove(shop: Shop, *services: str) -> None:
    """Commit an environment without some services: their folders, Applications and their teams' access go."""
    repository = shop.repository
    for service in services:
        shutil.rmtree(repository.file(service))
        repository.file(f"applications/Application.{service}.yaml").unlink()
        for file in repository.file("access").glob(f"RoleBinding.{service}.*.yaml"):
            file.unlink()
    repository.commit("Remove services")
    shop.argo.refresh()
