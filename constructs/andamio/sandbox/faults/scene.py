"""Where a fault is planted, and how it is watched."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from andamio.contract.platform import EnvironmentView
from andamio.engines.client import Client
from andamio.loading import load
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.reach import Reach
from andamio.sandbox.site import Site
from andamio.sandbox.stacks import Stacks
from andamio.sandbox.status import applications, workloads
from andamio.sandbox.terraform import Providers

__all__ = ["Fault", "NotHealedError", "Scene"]

_APPLICATION: Final = "argoproj.io/v1alpha1"


class NotHealedError(Exception):
    """What should happen did not; the text says what is amiss."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A deployed environment."""

    site: Site
    environment: str
    client: Client
    reach: Reach
    tell: Callable[[str], None]

    @cached_property
    def view(self) -> EnvironmentView:
        """The environment as it was deployed."""
        return load(self.site.project / "catalog").views[self.environment]

    @contextmanager
    def stacks(self) -> Iterator[Stacks]:
        """The environment's stacks, with providers."""
        with Providers(self.site.cloud_file) as providers:
            environment = {**self.reach.environment, "TF_REATTACH_PROVIDERS": providers.reattach}
            yield Stacks(self.site.tree / "dist" / "terraform" / "stacks", environment)

    def service(self, accept: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """The Deployment of the first service that runs and is accepted.

        Raises:
            SandboxError: none is.
        """
        for name in sorted(self.view.release.services):
            answer = self.client.request("GET", self.client.path("apps/v1", "Deployment", name, name))
            if answer.ok and accept(answer.body):
                found: dict[str, Any] = answer.body
                return found
        raise SandboxError(f"No service of {self.environment} is fit for this fault.")

    def get(self, version: str, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        """An object as the API server has it; empty when it is not there."""
        answer = self.client.request("GET", self.client.path(version, kind, name, namespace))
        return answer.body if answer.ok else {}

    def patch(self, version: str, kind: str, name: str, namespace: str | None, patch: Mapping[str, Any]) -> None:
        """Change an object as a person does by hand.

        Raises:
            SandboxError: the API server refuses.
        """
        answer = self.client.merge(self.client.path(version, kind, name, namespace), patch)
        if not answer.ok:
            raise SandboxError(f"{kind} {name} was not changed: {answer.message}")

    def refresh(self, application: str) -> None:
        """Let Argo CD look at the remote at once, as its webhook would."""
        annotations = {"argocd.argoproj.io/refresh": "normal"}
        self.patch(_APPLICATION, "Application", application, "argocd", {"metadata": {"annotations": annotations}})

    def sync(self, application: str) -> None:
        """What a person does with a sync that gets nowhere: end it, and sync the whole Application anew."""
        state = self.get(_APPLICATION, "Application", application, "argocd").get("status", {})
        if state.get("operationState", {}).get("phase") == "Running":
            ended = {"status": {"operationState": {"phase": "Terminating"}}}
            self.patch(_APPLICATION, "Application", application, "argocd", ended)
            self.wait(f"the sync of {application} is ended", lambda: not self._syncing(application), seconds=60)
        operation = {"operation": {"initiatedBy": {"username": "sandbox"}, "sync": {"prune": True}}}
        self.patch(_APPLICATION, "Application", application, "argocd", operation)

    def _syncing(self, application: str) -> bool:
        state = self.get(_APPLICATION, "Application", application, "argocd").get("status", {})
        return state.get("operationState", {}).get("phase") in ("Running", "Terminating")

    def unhealthy(self) -> list[str]:
        """What is not as it should be, each with its reason."""
        return [f"{one.name}: {one.reason}" for one in applications(self.client) if not one.healthy] + [
            f"{one.kind} {one.namespace}/{one.name}: {one.reason}" for one in workloads(self.client) if not one.healthy
        ]

    def wait(self, what: str, ready: Callable[[], bool], *, seconds: float) -> float:
        """Wait until something is so; seconds that it took.

        Raises:
            NotHealedError: it took longer.
        """
        begun = time.monotonic()
        while not ready():
            if time.monotonic() - begun > seconds:
                raise NotHealedError(f"{what}: not within {seconds:.0f} s.")
            time.sleep(0.5)
        taken = time.monotonic() - begun
        self.tell(f"{what}: after {taken:.1f} s")
        return taken

    def wait_until_healthy(self, *, seconds: float) -> float:
        """Wait until everything in the environment is healthy again."""
        try:
            return self.wait("everything Synced and Healthy", lambda: not self.unhealthy(), seconds=seconds)
        except NotHealedError as error:
            raise NotHealedError(f"{error} Left: {'; '.join(self.unhealthy()[:3])}.") from None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault that can be planted."""

    name: str
    does: str
    """What it does, a sentence."""

    expects: str
    """What should happen, a sentence."""

    run: Callable[[Scene], str]
    """Plants it, watches, takes away what it planted; what happened, or a `NotHealedError`."""
