"""The sandbox of one checkout: where everything of it lies, and how its parts are reached."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from andamio.engines.client import Client
from andamio.engines.errors import AnswerError, EngineError
from andamio.engines.kubeconfig import client_of
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.errors import SandboxError, UnknownNameError
from andamio.sandbox.parts import PLANE
from andamio.sandbox.record import Record, folder_of

__all__ = ["Site"]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A checkout with its sandbox."""

    checkout: Path
    record: Record

    @classmethod
    def of(cls, checkout: Path, *, salvage: bool = False) -> Site:
        """The sandbox of a checkout; with `salvage` also when its record cannot be read."""
        return cls(checkout=checkout, record=Record(folder_of(checkout), salvage=salvage))

    @property
    def folder(self) -> Path:
        """Where all of it lies."""
        return self.record.folder

    @property
    def cloud_file(self) -> Path:
        """The imitated cloud."""
        return self.folder / "cloud.sqlite"

    @property
    def project(self) -> Path:
        """A copy of the checkout's catalog, compositions and what was made of them with the sandbox's outputs."""
        return self.folder / "project"

    @property
    def tree(self) -> Path:
        """The work tree that is pushed to the sandbox's own git remote; Terraform runs in it."""
        return self.folder / "tree"

    def part(self, name: str) -> Path:
        """Folder of a part."""
        return self.folder / "parts" / name

    @property
    def seed(self) -> str:
        """What this sandbox's own authority is made from; nobody else knows it."""
        return (self.folder / "seed").read_text(encoding="ascii")

    def sow(self) -> None:
        """Draw the seed, unless it was drawn; before anything starts, so that nobody reads half of it."""
        file = self.folder / "seed"
        if not file.exists() or not file.stat().st_size:
            file.touch(0o600)
            file.write_text(secrets.token_hex(32), encoding="ascii")

    def cloud(self) -> Cloud:
        """The imitated cloud, opened; see there for what can be wrong with its file."""
        return Cloud(self.cloud_file)

    def kubeconfig(self, environment: str) -> Path:
        """The administrator's kubeconfig of an environment.

        Raises:
            UnknownNameError: that environment was never up.
        """
        file = self.part(f"{environment}/{PLANE}") / "admin.kubeconfig"
        if not file.is_file():
            known = [name for name in self.record.environments if self.part(f"{name}/{PLANE}").is_dir()]
            there = f" There is one of {', '.join(known)}." if known else ""
            raise UnknownNameError(f"The sandbox has no control plane of {environment!r}.{there}")
        return file

    @contextmanager
    def speaking(self, environment: str) -> Iterator[Client]:
        """The administrator's client of a running environment, closed at the end.

        Raises:
            SandboxError: it does not run, or its API server stops answering meanwhile; names what ended.
        """
        client = self.client(environment)
        try:
            yield client
        except (AnswerError, OSError, HTTPException) as error:
            plane = self.record.parts[f"{environment}/{PLANE}"]
            if gone := [one.name for one in plane.processes if not one.alive]:
                raise SandboxError(
                    f"{environment}: {', '.join(gone)} ended. Run `andamio sandbox up --env {environment}`, then this "
                    "again."
                ) from error
            if isinstance(error, OSError):
                raise
            raise SandboxError(
                f"The API server of {environment} does not answer as it should: {error}. See `andamio sandbox logs "
                f"{environment}/kube-apiserver`."
            ) from error
        finally:
            client.close()

    def client(self, environment: str) -> Client:
        """The administrator's client of a running environment.

        Raises:
            SandboxError: it does not run.
        """
        part = self.record.parts.get(f"{environment}/{PLANE}")
        if part is None or not part.alive:
            raise SandboxError(f"{environment} does not run. Run `andamio sandbox up --env {environment}`.")
        try:
            return client_of(self.kubeconfig(environment))
        except EngineError as error:
            raise SandboxError(str(error)) from None
