"""Faults in a cluster: somebody edits, somebody deletes, a secret is rotated."""

from __future__ import annotations

import base64
import secrets
from typing import Any, Final

from andamio.contract.secrets import manual_link
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.faults.scene import Fault, NotHealedError, Scene
from andamio.sandbox.models.keys import write_secret

__all__ = ["DELETE", "DRIFT", "SECRET_ROTATION"]

_DEPLOYMENT: Final = ("apps/v1", "Deployment")
_MINUTE: Final = 60.0


def _drift(scene: Scene) -> str:
    before = scene.service()
    name = before["metadata"]["name"]
    wanted = before["spec"]["template"]["spec"]["containers"][0]["image"]
    containers = [{**before["spec"]["template"]["spec"]["containers"][0], "image": "edited-by-hand:1"}]
    scene.tell(f"the image of Deployment {name}/{name} is now edited-by-hand:1")
    patch = {"spec": {"template": {"spec": {"containers": containers}}}}
    scene.patch(*_DEPLOYMENT, name, name, patch)

    def healed() -> bool:
        found = scene.get(*_DEPLOYMENT, name, name)
        return bool(found) and found["spec"]["template"]["spec"]["containers"][0]["image"] == wanted

    taken = scene.wait(f"{name} has its image again", healed, seconds=_MINUTE)
    scene.wait_until_healthy(seconds=2 * _MINUTE)
    return f"Argo CD put the image of {name} back after {taken:.0f} s."


DRIFT: Final = Fault(
    name="drift",
    does="Somebody changes the image of a running Deployment by hand.",
    expects="Argo CD puts it back within a minute, and everything is Synced and Healthy again.",
    run=_drift,
)


def _delete(scene: Scene) -> str:
    database = _delete_database(scene)
    name = scene.service()["metadata"]["name"]
    uid = scene.get("v1", "Namespace", name)["metadata"]["uid"]
    scene.tell(f"namespace {name} is deleted with all that is in it")
    answer = scene.client.request("DELETE", scene.client.path("v1", "Namespace", name))
    if not answer.ok:
        raise SandboxError(f"The namespace {name} was not deleted: {answer.message}")

    def back() -> bool:
        found = scene.get("v1", "Namespace", name)
        return bool(found) and found["metadata"]["uid"] != uid and bool(scene.get(*_DEPLOYMENT, name, name))

    try:
        scene.wait(f"{name} is there again", back, seconds=2 * _MINUTE)
        scene.wait_until_healthy(seconds=3 * _MINUTE)
    except NotHealedError:
        scene.tell(f"ending the sync of {name} and syncing anew, as a person does")
        scene.sync(name)
        scene.wait(f"{name} is there again", back, seconds=2 * _MINUTE)
        raise
    return f"{database} Argo CD made the namespace {name} again, and its secrets came from the key store."


def _delete_database(scene: Scene) -> str:
    """A database that vanished from its cluster is one that Terraform wants to make again, and nothing else."""
    kind = "ovh_cloud_project_database_database"
    cloud = scene.site.cloud()
    try:
        things = cloud.find(kind, service_name=scene.view.environment.project)
        if not things:
            return "The environment has no database to delete."
        lost = things[0]
        stack = f"{scene.environment}-data"
        scene.tell(f"database {lost.body['name']} vanishes from its cluster in the cloud")
        cloud.remove(kind, lost.id)
        try:
            with scene.stacks() as stacks:
                if stacks.plan_is_empty(stack):
                    raise NotHealedError(f"Terraform does not notice that database {lost.body['name']} is gone.")
                scene.tell(f"{stack}: {stacks.apply(stack)}")
                if not stacks.plan_is_empty(stack):
                    raise NotHealedError(f"{stack} has something left to do after it was applied.")
        finally:
            if not cloud.find(kind, service_name=lost.body["service_name"], name=lost.body["name"]):
                cloud.put(kind, lost.id, lost.body)
    finally:
        cloud.close()
    return f"Terraform made the database {lost.body['name']} again (empty: restoring is a person's)."


DELETE: Final = Fault(
    name="delete",
    does="Somebody deletes a database in the cloud, then a service's namespace.",
    expects="The next `terraform apply` makes the database again; Argo CD makes the namespace again with all in it.",
    run=_delete,
)


def _secret_rotation(scene: Scene) -> str:
    view = scene.view
    found = next(
        ((service, secret) for service in view.services for secret in service.secrets if view.image(service.name)), None
    )
    if found is None:
        raise SandboxError(f"No service of {scene.environment} reads a secret that a person provides.")
    service, secret = found
    link = manual_link(service, secret)
    before = scene.get(*_DEPLOYMENT, service.name, service.name)
    value = f"rotated-{secrets.token_hex(4)}"
    cloud = scene.site.cloud()
    try:
        write_secret(cloud, view.outputs.key_store_id, link.path, dict.fromkeys(link.keys, value))
    finally:
        cloud.close()
    scene.tell(f"{link.path} has another value in the key store; Secret {service.name}/{secret.name} is asked for now")
    annotations = {"metadata": {"annotations": {"force-sync": value}}}
    scene.patch("external-secrets.io/v1", "ExternalSecret", secret.name, service.name, annotations)
    wanted = base64.b64encode(value.encode()).decode()

    def arrived() -> bool:
        data = scene.get("v1", "Secret", secret.name, service.name).get("data") or {}
        return bool(data) and set(data.values()) == {wanted}

    scene.wait("the Secret has the new value", arrived, seconds=_MINUTE)

    def restarted() -> bool:
        now = scene.get(*_DEPLOYMENT, service.name, service.name)
        return bool(now) and _template(now) != _template(before) and _rolled_out(now)

    if before:
        scene.wait(f"{service.name} runs with it in new pods", restarted, seconds=2 * _MINUTE)
    scene.wait_until_healthy(seconds=2 * _MINUTE)
    return f"External Secrets brought the new value, and {service.name} was restarted with it."


def _template(deployment: dict[str, Any]) -> Any:
    return deployment["spec"]["template"]


def _rolled_out(deployment: dict[str, Any]) -> bool:
    state, wanted = deployment.get("status", {}), deployment["spec"]["replicas"]
    counts = [state.get(name, 0) for name in ("replicas", "updatedReplicas", "readyReplicas")]
    return state.get("observedGeneration") == deployment["metadata"]["generation"] and counts == [wanted] * 3


SECRET_ROTATION: Final = Fault(
    name="secret-rotation",
    does="A person writes a new value of a service's secret into the key store.",
    expects="External Secrets brings it into the namespace, and the workload is restarted with it.",
    run=_secret_rotation,
)
