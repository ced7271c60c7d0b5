"""External Secrets on loopback beside a control plane: the real operator, as the cluster's administrator."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import yaml

from andamio.engines.control_plane import ControlPlane
from andamio.engines.errors import StartError
from andamio.engines.find import files, path
from andamio.engines.processes import Processes, Running, free_ports, listens

__all__ = ["NEEDED", "ExternalSecrets"]

NEEDED: Final = ("external-secrets", "external-secrets-crds")
"""The engine and module files that it takes."""

_READY_SECONDS: Final = 60


class ExternalSecrets:
    """The operator External Secrets; its definitions are put into the cluster at start, unless they are there.

    It generates nothing: `dist/` reads a key store only. Neither its webhook nor its certificate controller runs: the
    API server itself checks what their definitions say.

    Args:
        plane: The control plane, running.
        looks_at_stores: Seconds between two looks at a store. Default: the operator's own, five minutes.
        folder: Where its log lies; it stays. Default: a temporary one that goes.
        tied: Whether it ends with this process even if that is killed.
        ports: Ports of an earlier start. Default: free ones.
    """

    def __init__(
        self,
        plane: ControlPlane,
        *,
        looks_at_stores: int = 300,
        folder: Path | None = None,
        tied: bool = True,
        ports: Sequence[int] = (),
    ) -> None:
        self._plane = plane
        self._looks_at_stores = looks_at_stores
        self._own = folder is None
        self._folder = folder
        self._tied = tied
        self._ports = tuple(ports)
        self._processes: Processes | None = None

    def __enter__(self) -> Self:
        """Start it; a `StartError` or `MissingEngineError` leaves nothing behind."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    @property
    def ports(self) -> tuple[int, ...]:
        """Its ports: metrics, and whether it lives."""
        return self._ports

    @property
    def running(self) -> tuple[Running, ...]:
        """Its program."""
        return self._processes.running if self._processes else ()

    def start(self) -> None:
        """Define its kinds, start it and wait until it lives."""
        program = path("external-secrets")
        self._define()
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="andamio-external-secrets-"))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._ports = self._ports or free_ports(2)
        metrics, live = self._ports
        self._processes = Processes(self._folder, tied=self._tied)
        running = self._processes.start(
            "external-secrets",
            program,
            [
                *("--metrics-addr", f"127.0.0.1:{metrics}", "--live-addr", f"127.0.0.1:{live}"),
                *("--enable-leader-election=false", "--concurrent", "4"),
                *("--store-requeue-interval", f"{self._looks_at_stores}s"),
            ],
            environment={"KUBECONFIG": str(self._plane.kubeconfig)},
        )
        self._processes.wait(running, lambda: listens(metrics), seconds=_READY_SECONDS)

    def stop(self) -> None:
        """Stop it, and remove the folder where it is temporary."""
        if self._processes is not None:
            self._processes.stop()
            self._processes = None
        if self._own and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _define(self) -> None:
        """Put its definitions there and wait until the API server serves them: the operator ends where it does not."""
        client, names = self._plane.client, set()
        for file in files("external-secrets-crds"):
            body = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
            names.add(body["metadata"]["name"])
            answer = client.create(body)
            if not answer.ok and answer.status != HTTPStatus.CONFLICT:
                raise StartError(f"{body['metadata']['name']} was refused: {answer.message}")
        end = time.monotonic() + _READY_SECONDS
        while lacking := names - self._established():
            if time.monotonic() > end:
                raise StartError(f"The API server does not serve {', '.join(sorted(lacking))}.")
            time.sleep(0.1)

    def _established(self) -> set[str]:
        return {
            one["metadata"]["name"]
            for one in self._plane.client.all_of("apiextensions.k8s.io/v1", "CustomResourceDefinition")
            for condition in one["status"].get("conditions") or ()
            if (condition["type"], condition["status"]) == ("Established", "True")
        }
