"""External Secrets on loopback beside a control plane: the real operator, as the cluster's administrator."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from andamio.engines.control_plane import ControlPlane
from andamio.engines.definitions import define
from andamio.engines.find import path
from andamio.engines.processes import listens
from andamio.engines.runnable import Runnable

__all__ = ["NEEDED", "ExternalSecrets"]

NEEDED: Final = ("external-secrets", "external-secrets-crds")
"""The engine and module files that it takes."""

_READY_SECONDS: Final = 60


class ExternalSecrets(Runnable):
    """The operator External Secrets; its definitions are put into the cluster at start, unless they are there.

    It generates nothing: `dist/` reads a key store only. Neither its webhook nor its certificate controller runs: the
    API server itself checks what their definitions say.

    Args:
        plane: The control plane, running.
        looks_at_stores: Seconds between two looks at a store. Default: the operator's own, five minutes.
        folder, tied, ports: As for everything that runs.
    """

    name: ClassVar[str] = "external-secrets"
    ports_needed: ClassVar[int] = 2  # metrics, and whether it lives

    def __init__(
        self,
        plane: ControlPlane,
        *,
        looks_at_stores: int = 300,
        folder: Path | None = None,
        tied: bool = True,
        ports: Sequence[int] = (),
    ) -> None:
        super().__init__(folder=folder, tied=tied, ports=ports)
        self._plane = plane
        self._looks_at_stores = looks_at_stores

    def start(self) -> None:
        """Define its kinds, start it and wait until it lives."""
        program = path("external-secrets")
        # It ends where the API server does not serve its kinds.
        define(self._plane.client, "external-secrets-crds")
        self._open()
        metrics, live = self._ports
        running = self._processes.start(
            self.name,
            program,
            [
                *("--metrics-addr", f"127.0.0.1:{metrics}", "--live-addr", f"127.0.0.1:{live}"),
                *("--enable-leader-election=false", "--concurrent", "4"),
                *("--store-requeue-interval", f"{self._looks_at_stores}s"),
            ],
            environment={"KUBECONFIG": str(self._plane.kubeconfig)},
        )
        self._processes.wait(running, lambda: listens(metrics), seconds=_READY_SECONDS)
