"""The sandbox of one checkout: where everything of it lies, and how its parts are reached."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from andamio.engines.client import Client
from andamio.engines.errors import EngineError
from andamio.engines.kubeconfig import client_of
from andamio.sandbox.cloud.store import Cloud, CloudFileError
from andamio.sandbox.errors import SandboxError, UnknownNameError
from andamio.sandbox.record import Record, folder_of

__all__ = ["ARGO_CD", "OPERATORS", "PLANE", "Site"]

PLANE = "control-plane"
"""Part of an environment: its Kubernetes control plane."""

ARGO_CD = "argo-cd"
"""Part of an environment: its Argo CD."""

OPERATORS = "operators"
"""Part of an environment: what stands in for operators that do not run."""


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
        """The imitated cloud, opened.

        Raises:
            SandboxError: its file is damaged.
        """
        try:
            return Cloud(self.cloud_file)
        except CloudFileError:
            raise SandboxError(
                f"{self.cloud_file} cannot be read as a cloud. What was deployed is lost with it: run `andamio sandbox "
                "down --purge`, then `up` and `deploy` again."
            ) from None

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
