"""Jobs that take a while or fail, on nodes that run no containers."""

from __future__ import annotations

import threading
import time
from typing import Any, Self

from andamio.engines.client import Client
from andamio.engines.stages import CANNOT_BE_PULLED

SECONDS = 60
"""How long a slow Job takes."""


def slow_job(name: str, namespace: str) -> dict[str, Any]:
    """A Job of a sync whose pod stays as it is until somebody ends it."""
    secure = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "namespace": namespace, "annotations": {"argocd.argoproj.io/hook": "Sync"}},
        "spec": {
            "template": {
                "spec": {
                    "restartPolicy": "Never",
                    "tolerations": [{"operator": "Exists"}],
                    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
                    "containers": [{"name": "slow", "image": f"{CANNOT_BE_PULLED}:1", "securityContext": secure}],
                }
            }
        },
    }


class Release:
    """A thread that ends each pod of a Job that would stay as it is, after a while, well or not.

    Args:
        client: Who ends them.
        job: The Job's name.
        namespace: Its namespace.
        seconds: How long each pod waits.
        phase: `Succeeded` or `Failed`.
    """

    def __init__(
        self, client: Client, job: str, namespace: str, *, seconds: float = SECONDS, phase: str = "Succeeded"
    ) -> None:
        self._client, self._job, self._namespace = client, job, namespace
        self._seconds, self._phase = seconds, phase
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="release")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        seen: dict[str, float] = {}
        while not self._end.wait(0.5):
            pods = self._client.all_of(
                "v1", "Pod", namespace=self._namespace, labelSelector=f"batch.kubernetes.io/job-name={self._job}"
            )
            for pod in pods:
                name = pod["metadata"]["name"]
                since = seen.setdefault(name, time.monotonic())
                stuck = CANNOT_BE_PULLED in pod["spec"]["containers"][0]["image"]
                if stuck and pod["status"].get("phase") == "Pending" and time.monotonic() - since >= self._seconds:
                    path = self._client.path("v1", "Pod", name, self._namespace) + "/status"
                    self._client.merge(path, {"status": {"phase": self._phase}})
