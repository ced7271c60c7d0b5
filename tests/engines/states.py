"""The development environment on one machine as it is at OVHcloud: states in object storage, locked by Terraform."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from andamio.contract.names import state_bucket
from andamio.contract.platform import Platform
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.object_storage import ObjectStorage
from andamio.sandbox.overrides import ObjectStates
from andamio.sandbox.provider.behaviour import behaviour
from andamio.sandbox.provider.model import MODELS, Asked
from andamio.sandbox.terraform import Providers, TerraformError, Workspace
from andamio.state import object_storage
from andamio.state.credentials import S3Credential
from andamio.state.doctor import Doctor
from andamio.state.report import Report
from andamio.state.secret import Secret
from andamio.state.target import Target
from tests.engines.cloud_api import CloudApi
from tests.engines.deployment import Deployment

BASE = ("dev-state", "dev-keys", "dev-network")
"""Stacks that are there before a test begins."""

LATER = ("dev-cluster", "dev-data")
"""Stacks that tests deploy."""

_STATE_USER = "ovh_cloud_project_user"

HERE = {"credential-unknown"}
"""What the doctor finds wrong without a fault: object storage has keys of its own, which the cloud did not give."""


@dataclass(frozen=True, kw_only=True)
class States:
    """An environment whose first stacks are deployed."""

    platform: Platform
    workspace: Workspace
    cloud: Cloud
    bucket: object_storage.ObjectStorage
    target: Target
    api: CloudApi
    first: Path
    """The cloud as it was after the first stacks."""

    def reset(self) -> None:
        """Take cloud and states back to what they were after the first stacks."""
        source, target = sqlite3.connect(self.first), sqlite3.connect(self.cloud.path, timeout=60)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()
        later = [one for stack in LATER for one in self.bucket.versions(f"{stack}.tfstate")]
        for version in later:
            wiped = self.bucket._send("DELETE", version.key, {"versionId": version.version}, b"", {})
            assert wiped.status < 300, wiped

    def start(self, stack: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command of Terraform and do not wait for it; `log` takes what it prints, more than a pipe holds."""
        with self.log.open("wb") as out:
            return subprocess.Popen(
                self.workspace.command(stack, *arguments),
                env=self.workspace.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def log(self) -> Path:
        """What the command printed that was started last."""
        return self.workspace.folder / "started.log"

    def lock(self, stack: str) -> dict[str, Any]:
        """The lock on a stack's state; empty when there is none."""
        found = self.bucket.get(f"{stack}.tfstate.tflock")
        return json.loads(found) if found else {}

    def state(self, stack: str) -> dict[str, Any]:
        """A stack's state; empty when there is none."""
        found = self.bucket.get(f"{stack}.tfstate")
        return json.loads(found) if found else {}

    def doctor(self) -> Report:
        """What `andamio state doctor` finds."""
        return Doctor(target=self.target, api=self.api.client, storage=lambda _: self.bucket, probe=False).examine()

    def orphans(self, stack: str) -> set[tuple[str, str]]:
        """Type and key of everything of a stack's types that exists and that no state owns."""
        owned = set()
        for name in {*BASE, stack}:
            for one in self.state(name).get("resources", ()):
                if one["mode"] == "managed" and one["type"] in MODELS:
                    for instance in one["instances"]:
                        asked = Asked(cloud=self.cloud, given=instance["attributes"])
                        owned.add((one["type"], MODELS[one["type"]].key(asked)))
        kinds = json.loads(self.workspace.files(stack)["cdk.tf.json"])["resource"]
        there = {(kind, one.id) for kind in kinds if kind in MODELS for one in self.cloud.find(kind)}
        return there - owned - self._first

    @property
    def _first(self) -> set[tuple[str, str]]:
        """What lay in the cloud before, of other environments too."""
        connection = sqlite3.connect(self.first)
        try:
            return set(connection.execute("SELECT kind, id FROM things").fetchall())
        finally:
            connection.close()

    def recover(self, stack: str) -> set[tuple[str, str]]:
        """Do what a person is told to after a killed run: unlock, import, apply, reset. What was named on the way.

        By the words of the doctor first; then by what the apply itself refuses, each of which it has to name.
        """
        named: set[tuple[str, str]] = set()
        for trouble in self.doctor().troubles:
            for line in trouble.mend:
                words = shlex.split(line.partition("terraform ")[2]) if line.startswith("terraform ") else []
                if "force-unlock" in words:
                    self.workspace.run(stack, "force-unlock", "-force", words[-1])
                elif "import" in words:
                    self.workspace.run(stack, "import", "-input=false", *words[-2:])
                    named.add((words[-2].partition(".")[0], words[-1].rpartition("/")[2]))
        for _ in range(8):
            refused = self._refusal(stack)
            if refused is None:
                self._reset_passwords(stack)
                return named
            told = self._refused(stack, refused)
            assert told, refused
            named |= told
        raise AssertionError(f"{stack} does not become whole")

    def _reset_passwords(self, stack: str) -> None:
        """Have users whose password no state knows make another, as a person is told to (docs/secrets.md)."""
        resets: dict[str, dict[str, Any]] = {}
        for one in self.state(stack)["resources"]:
            told_once = one["mode"] == "managed" and one["type"] in MODELS and MODELS[one["type"]].told_once
            if told_once and not all(i["attributes"][name] for i in one["instances"] for name in told_once):
                resets.setdefault(one["type"], {})[one["name"]] = {"password_reset": "another"}
        # Nobody uses the password of this one.
        lost = {f"{kind}.{label}" for kind, found in resets.items() for label in found if kind != _STATE_USER}
        told = [one.what for one in self.doctor().troubles if one.code == "credential-empty"]
        assert {what.split(" of ")[-1].rstrip(".") for what in told if f"state of {stack} " in what} == lost
        if not resets:
            return
        override = self.workspace.folder / "stacks" / stack / "reset_override.tf.json"
        override.write_text(json.dumps({"resource": resets}), encoding="utf-8")
        for _ in range(2):
            self.workspace.apply(stack)
        override.unlink()
        for _ in range(2):
            self.workspace.apply(stack)

    def _refusal(self, stack: str) -> TerraformError | None:
        try:
            self.workspace.apply(stack)
        except TerraformError as error:
            return error
        return None

    def _refused(self, stack: str, error: TerraformError) -> set[tuple[str, str]]:
        """Import what an apply said is there already; what cannot be imported is new and is deleted."""
        planned = {one.address: one.after or {} for one in self.workspace.plan(stack).changes}
        named = set()
        plain = " ".join(error.text.replace("│", " ").split())
        for address in re.findall(r"with ([a-z0-9_]+\.[\w-]+),", plain):
            kind, after = address.partition(".")[0], planned.get(address)
            if after is None or "already" not in plain:
                continue
            (there,) = self.cloud.find(kind, **{name: after[name] for name in MODELS[kind].unique})
            named.add((kind, there.id))
            if behaviour(kind).importable:
                id_ = "/".join(str(there.body[name]) for name in MODELS[kind].imports)
                self.workspace.run(stack, "import", "-input=false", address, id_)
            else:
                self.cloud.remove(kind, there.id)
        return named


@contextmanager
def states(
    platform: Platform, engine: Path, folder: Path, *, endpoint: str = "", storage: Any = None
) -> Iterator[States]:
    """The development environment with its first stacks deployed.

    Args:
        platform: The catalog.
        engine: Terraform or OpenTofu.
        folder: Where everything lies.
        endpoint: Where Terraform reaches object storage. Default: directly.
        storage: Started object storage, whose states are kept. Default: one of its own.
    """
    environment = platform.views["dev"].environment
    with ObjectStorage(folder=folder / "s3") if storage is None else _kept(storage) as s3:
        bucket = state_bucket(platform.shared, environment)
        for name in (bucket, state_bucket(platform.shared)):
            s3.make_bucket(name)
        place = ObjectStates(endpoint=endpoint or s3.endpoint, access_key=s3.access_key, secret_key=s3.secret_key)
        credential = S3Credential(access_key=s3.access_key, secret_key=Secret(s3.secret_key))
        client = object_storage.ObjectStorage(endpoint=s3.endpoint, bucket=bucket, region="gra", credential=credential)
        with Providers(folder / "cloud.sqlite") as providers, CloudApi(providers.cloud) as api:
            workspace = Workspace(folder / "dist" / "terraform", providers, states=place, engine=engine)
            deployment = Deployment(platform, workspace, providers)
            deployment.deploy_shared()
            assert not deployment.refused, deployment.refused
            platform = deployment.platform
            built = deployment.build(platform, [*BASE, *LATER])
            for name, files in built.items():
                workspace.write(name, files)
                workspace.init(name)
            for name in BASE:
                workspace.apply(name)
            providers.cloud.copy(folder / "first.sqlite").close()
            yield States(
                platform=platform,
                workspace=workspace,
                cloud=providers.cloud,
                bucket=client,
                target=Target.of(platform, "dev", folder=folder / "dist"),
                api=api,
                first=folder / "first.sqlite",
            )


@contextmanager
def _kept(storage: ObjectStorage) -> Iterator[ObjectStorage]:
    yield storage


def until(ready: Any, what: str, *, seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.02)
