"""Faults of the cloud and of Terraform's state."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from andamio.contract.names import state_bucket
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.faults.scene import Fault, NotHealedError, Scene
from andamio.sandbox.stacks import StackError
from andamio.state.credentials import S3Credential
from andamio.state.object_storage import ObjectStorage
from andamio.state.secret import Secret

__all__ = ["CLOUD_TIMEOUT", "STATE_LOCK"]

_TOPIC: Final = "ovh_cloud_project_database_kafka_topic"


def _cloud_timeout(scene: Scene) -> str:
    stack = f"{scene.environment}-data"
    cloud = scene.site.cloud()
    try:
        topics = cloud.find(_TOPIC, service_name=scene.view.environment.project)
        if not topics:
            raise SandboxError(f"{scene.environment} has no topic, so Terraform has nothing to make.")
        name = topics[0].body["name"]
        cloud.remove(_TOPIC, topics[0].id)
        cloud.configure("faults", {_TOPIC: 1})
        scene.tell(f"topic {name} has to be made again, and the first try fails in the cloud")
        try:
            with scene.stacks() as stacks:
                try:
                    stacks.apply(stack)
                except StackError as error:
                    scene.tell(f"first apply: {error.headline}")
                else:
                    raise NotHealedError("The first apply should have failed, and did not.")
                scene.tell(f"second apply: {stacks.apply(stack)}")
                if not stacks.plan_is_empty(stack):
                    raise NotHealedError(f"{stack} has something left to do after the second apply.")
        finally:
            cloud.configure("faults", {})
        if len(cloud.find(_TOPIC, service_name=scene.view.environment.project, name=name)) != 1:
            raise NotHealedError(f"There is not one topic {name}.")
    finally:
        cloud.close()
    return "the first apply failed and kept its state, the second made what was missing, a third has nothing to do."


CLOUD_TIMEOUT: Final = Fault(
    name="cloud-timeout",
    does="The cloud fails while Terraform makes something.",
    expects="That apply fails and says so; the next one makes what is missing, once; then nothing is left to do.",
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
