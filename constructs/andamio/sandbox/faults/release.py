"""Faults of a release."""

from __future__ import annotations

import re
from typing import Any, Final

from andamio.engines.stages import CANNOT_BE_PULLED
from andamio.sandbox.faults.scene import Fault, NotHealedError, Scene

__all__ = ["BAD_IMAGE"]

_DEPLOYMENT: Final = ("apps/v1", "Deployment")
_IMAGE: Final = re.compile(r"(?m)^(\s*- image: \S+?/[^\s:@]+/[^\s:@]+):\S+$")
_MINUTE: Final = 60.0


def _bad_image(scene: Scene) -> str:
    before = scene.service(lambda one: one["status"].get("readyReplicas", 0) > 0)
    name = before["metadata"]["name"]
    ready = before["status"]["readyReplicas"]
    file = scene.site.tree / "dist" / "k8s" / scene.environment / name / f"Deployment.{name}.yaml"
    good = file.read_text(encoding="utf-8")
    bad = _IMAGE.sub(rf"\1:{CANNOT_BE_PULLED}", good)
    if bad == good:
        raise NotHealedError(f"{file} has no image in the form that was expected.")
    branch = scene.view.shared.repository.branch
    try:
        file.write_text(bad, encoding="utf-8")
        commit = scene.reach.commit(f"Promote an image of {name} that the registry does not have", branch)
        scene.tell(f"commit {commit[:12]}: {name} gets an image that the registry does not have")
        scene.refresh(name)
        scene.wait(f"a new pod of {name} waits for its image", lambda: _waiting(scene, name), seconds=_MINUTE)
        now = scene.get(*_DEPLOYMENT, name, name)["status"].get("readyReplicas", 0)
        if now < ready:
            raise NotHealedError(f"{name} had {ready} pods that were ready, and has {now} now.")
        others = [one for one in scene.unhealthy() if not one.startswith((f"{name}:", f"Deployment {name}/"))]
        if others:
            raise NotHealedError(f"Others are not healthy any more: {others[0]}.")
        scene.tell(f"the {ready} old pods of {name} go on; the root and all other Applications are healthy")
    finally:
        file.write_text(good, encoding="utf-8")
        commit = scene.reach.commit(f"Revert: promote an image of {name} that the registry does not have", branch)
        scene.tell(f"commit {commit[:12]}: reverted")
        scene.refresh(name)
    scene.wait(f"no pod of {name} waits for an image", lambda: not _waiting(scene, name), seconds=2 * _MINUTE)
    scene.wait_until_healthy(seconds=2 * _MINUTE)
    return f"{name} kept its {ready} pods while the new one waited for its image, and the revert took it away."


def _waiting(scene: Scene, name: str) -> bool:
    pods = scene.client.all_of("v1", "Pod", namespace=name)
    return any(_reason(state) == "ImagePullBackOff" for pod in pods for state in _states(pod))


def _states(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [one.get("state", {}) for one in pod.get("status", {}).get("containerStatuses", ())]


def _reason(state: dict[str, Any]) -> str:
    return str(state.get("waiting", {}).get("reason", ""))


BAD_IMAGE: Final = Fault(
    name="bad-image",
    does="A commit promotes an image that the registry does not have.",
    expects="The new pod waits; the old ones go on and no other Application is touched; the revert heals it.",
    run=_bad_image,
)
