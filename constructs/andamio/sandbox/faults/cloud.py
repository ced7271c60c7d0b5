"""Faults of the cloud and of Terraform's state."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from andamio.contract.names import state_bucket
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.faults.scene import Fault, NotHealedError, Scene
from andamio.sandbox.stacks import StackError, Stacks
from andamio.state.credentials import S3Credential
from andamio.state.object_storage import ObjectStorage
from andamio.state.secret import Secret

__all__ = ["CLOUD_TIMEOUT", "STATE_LOCK"]

_TOPIC: Final = "ovh_cloud_project_database_kafka_topic"


def _cloud_timeout(scene: Scene) -> str:
    stack, project = f"{scene.environment}-data", scene.view.environment.project
    cloud, name, known = scene.site.cloud(), "", True
    try:
        topics = cloud.find(_TOPIC, service_name=project)
        if not topics:
            raise SandboxError(f"{scene.environment} has no topic, so Terraform has nothing to make.")
        before = topics[0]
        name = str(before.body["name"])
        known = False
        cloud.remove(_TOPIC, before.id)
        cloud.configure("timeouts", {_TOPIC: 1})
        scene.tell(f"topic {name} has to be made again; the cloud makes it, and Terraform gives up waiting for it")
        with scene.stacks() as stacks:
            address = f"{_TOPIC}.{_label(stacks, stack, name)}"
            _fails(scene, stacks, stack, "first apply", "Timeout while waiting")
            late = cloud.find(_TOPIC, service_name=project, name=name)
            if len(late) != 1:
                raise NotHealedError(f"There are {len(late)} topics {name} after it, not one.")
            _fails(scene, stacks, stack, "second apply", address)
            id_ = "/".join(str(late[0].body[key]) for key in ("service_name", "cluster_id", "id"))
            stacks.run(stack, "import", address, id_)
            known = True
            scene.tell(f"`terraform import {address} {id_}` tells the state what is there")
            scene.tell(f"third apply: {stacks.apply(stack)}")
            if not stacks.plan_is_empty(stack):
                raise NotHealedError(f"{stack} has something left to do after the third apply.")
        if cloud.find(_TOPIC, service_name=project, name=name) != late:
            raise NotHealedError(f"The topic {name} is not the one any more that the first apply made.")
    finally:
        cloud.configure("timeouts", {})
        for one in cloud.find(_TOPIC, service_name=project, name=name) if name and not known else ():
            cloud.remove(_TOPIC, one.id)  # no state knows it: the next deployment makes it, and is not refused
        cloud.close()
    return "what the cloud had made and no state knew was refused by its name, imported, and nothing was made twice."


def _fails(scene: Scene, stacks: Stacks, stack: str, what: str, said: str) -> None:
    """Apply a stack, which has to fail and to say something."""
    try:
        stacks.apply(stack)
    except StackError as error:
        if said not in error.text:
            raise NotHealedError(f"The {what} failed and said nothing of {said}:\n{error}") from None
        scene.tell(f"{what}: {error.headline}")
    else:
        raise NotHealedError(f"The {what} should have failed, and did not.")


def _label(stacks: Stacks, stack: str, topic: str) -> str:
    """The name that a stack gives to a topic."""
    document = json.loads((stacks.folder(stack) / "cdk.tf.json").read_bytes())
    labels: dict[str, str] = {body["name"]: label for label, body in document["resource"][_TOPIC].items()}
    return labels[topic]


CLOUD_TIMEOUT: Final = Fault(
    name="cloud-timeout",
    does="The cloud makes something, and Terraform gives up waiting for it: it exists, and no state knows it.",
    expects="The next apply is refused by the name that is taken; after `terraform import` nothing is made twice.",
    run=_cloud_timeout,
)


def _state_lock(scene: Scene) -> str:
    stack = f"{scene.environment}-network"
    key, id_, who = f"{stack}.tfstate.tflock", str(uuid4()), "colleague@another-machine"
    storage = _storage(scene)
    lock = {
        "ID": id_,
        "Operation": "OperationTypeApply",
        "Info": "",
        "Who": who,
        "Version": "1.11.4",
        "Created": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "Path": key,
    }
    if not storage.put_if_absent(key, json.dumps(lock).encode()):
        raise SandboxError(f"The state of {stack} is locked already. `andamio sandbox deploy --unlock` frees it.")
    scene.tell(f"the state of {stack} is locked by {who}, who was killed while applying")
    try:
        with scene.stacks() as stacks:
            try:
                stacks.run(stack, "apply", "-auto-approve")
            except StackError as error:
                if who not in error.text or error.lock_id != id_:
                    raise NotHealedError(f"Terraform failed without naming who holds the lock:\n{error}") from None
                scene.tell(f"apply is refused and names {who} and the lock {id_}")
            else:
                raise NotHealedError("Terraform applied although somebody else holds the lock.")
            stacks.run(stack, "force-unlock", "-force", id_)
            scene.tell("after `terraform force-unlock` with that id:")
            scene.tell(f"second apply: {stacks.apply(stack)}")
    finally:
        if storage.get(key) is not None:
            storage.delete(key)
    return "Terraform refused while the lock was held, named its holder, and went on once it was freed."


def _storage(scene: Scene) -> ObjectStorage:
    facts, shared = scene.reach.storage, scene.view.shared
    return ObjectStorage(
        endpoint=facts["endpoint"],
        region=scene.view.environment.state.region.lower(),
        bucket=state_bucket(shared, scene.view.environment),
        credential=S3Credential(access_key=facts["access_key"], secret_key=Secret(facts["secret_key"])),
    )


STATE_LOCK: Final = Fault(
    name="state-lock",
    does="Somebody else's lock lies on a stack's state, left by a process that was killed.",
    expects="Terraform refuses and names the holder; after `terraform force-unlock` it goes on.",
    run=_state_lock,
)
