"""Runs stacks of `dist/terraform/stacks` by the real Terraform or OpenTofu against the imitated cloud.

A stack is copied to a work folder, its `cdk.tf.json` unchanged byte for byte. An override file beside it, which
Terraform merges into it, is all that differs: where its state lies, and those that it reads
(`andamio.sandbox.overrides`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from andamio.engines import MissingEngineError, path
from andamio.engines.on_machine import TERRAFORM
from andamio.sandbox.cloud.store import Cloud
from andamio.sandbox.overrides import OVERRIDE, FileStates, States, variables
from andamio.sandbox.plan import Change, Plan, read_plan

__all__ = ["Change", "Plan", "Providers", "TerraformError", "Workspace"]

_GUARDED = ("Instance cannot be destroyed", "has prevent_destroy set, but the plan calls for it to be destroyed")
"""What Terraform and OpenTofu say then."""

_SOURCE = Path(__file__).parents[2]


class TerraformError(Exception):
    """Terraform ended with an error.

    Args:
        command: What was run.
        text: What it said, both streams.
    """

    def __init__(self, command: str, text: str) -> None:
        super().__init__(f"terraform {command} failed:\n{text}")
        self.text = text

    def said(self, sentence: str) -> bool:
        """Whether it said a sentence; how Terraform breaks its lines and draws its boxes does not count."""
        return _words(sentence) in _words(self.text)

    @property
    def guards(self) -> bool:
        """Whether something was not destroyed because its stack forbids it (`prevent_destroy`)."""
        return any(self.said(sentence) for sentence in _GUARDED)


def _words(text: str) -> str:
    return " ".join(text.replace("│", " ").replace("╷", " ").replace("╵", " ").split())


class Providers:
    """All three providers, served by one process of its own for as long as the `with` block runs.

    Args:
        cloud: File of the imitated cloud; made when it is not there.
    """

    def __init__(self, cloud: Path) -> None:
        self.path = cloud
        self.reattach = ""
        self._cloud: Cloud | None = None
        self._sockets: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[str] | None = None

    @property
    def cloud(self) -> Cloud:
        """The cloud, for looking and for planting things."""
        if self._cloud is None:
            self._cloud = Cloud(self.path)
        return self._cloud

    @property
    def pid(self) -> int:
        """Id of the process that serves; 0 while there is none."""
        return self._process.pid if self._process is not None else 0

    def __enter__(self) -> Providers:
        self._sockets = tempfile.TemporaryDirectory(prefix="andamio-")
        paths = os.pathsep.join(filter(None, [str(_SOURCE), os.environ.get("PYTHONPATH", "")]))
        command = ["attach", "--cloud", str(self.path), "--sockets", self._sockets.name]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "andamio.sandbox", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
            text=True,
            start_new_session=True,  # Ctrl-C is for who uses it; it ends with its standard input
        )
        self.reattach = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not self.reattach:
            self._stop()
            raise TerraformError("", "the sandbox's providers did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._cloud is not None:
            self._cloud.close()
        process = self._process
        if process is not None:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self._process = None
        if self._sockets is not None:
            self._sockets.cleanup()


class Workspace:
    """Work folders of stacks that read each other's states.

    Args:
        folder: Where the folders lie.
        providers: Started providers; for launchers of a mirror folder see `andamio.sandbox.mirror`.
        states: Where states are kept. Default: in files of `folder`.
        engine: The program, Terraform or OpenTofu. Default: `terraform` on PATH.
    """

    def __init__(
        self, folder: Path, providers: Providers, *, states: States | None = None, engine: Path | None = None
    ) -> None:
        self.folder = folder
        self.states = states or FileStates(folder=folder)
        self.engine = engine
        self._providers = providers

    def place(self, stack: Path) -> str:
        """Copy a stack's folder; returns its name."""
        self.write(stack.name, _files(stack))
        return stack.name

    def write(self, name: str, files: Mapping[str, str]) -> None:
        """Write a stack from text: `cdk.tf.json` and what lies beside it, with the override file."""
        folder = self._folder(name)
        for file, text in files.items():
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        document = self.states.override(json.loads(files["cdk.tf.json"]))
        (folder / OVERRIDE).write_text(json.dumps(document, indent=2), encoding="utf-8")

    def files(self, name: str) -> dict[str, str]:
        """A stack's files as they were written, without the override."""
        return _files(self._folder(name))

    def state(self, name: str) -> Path:
        """The file of a stack's state, where states are kept in files."""
        return self.folder / f"{name}.tfstate"

    def init(self, name: str) -> None:
        """`terraform init`."""
        self.run(name, "init", "-input=false", "-reconfigure")

    def validate(self, name: str) -> None:
        """`terraform validate`."""
        self.run(name, "validate")

    def plan(self, name: str, *options: str) -> Plan:
        """`terraform plan`, as data."""
        file = self.folder / f"{name}.tfplan"
        self.run(name, "plan", "-input=false", "-lock=false", f"-out={file}", *options)
        return read_plan(json.loads(self.run(name, "show", "-json", str(file))))

    def apply(self, name: str, *options: str) -> None:
        """`terraform apply` of what a fresh plan says."""
        self.run(name, "apply", "-input=false", "-auto-approve", *options)

    def destroy(self, name: str) -> None:
        """`terraform destroy`."""
        self.run(name, "destroy", "-input=false", "-auto-approve")

    def outputs(self, name: str) -> dict[str, Any]:
        """Name → value of each output."""
        told = json.loads(self.run(name, "output", "-json"))
        return {key: output["value"] for key, output in told.items()}

    def addresses(self, name: str) -> set[str]:
        """Addresses of all resources in the state, data sources left out."""
        listed = self.run(name, "state", "list").split()
        return {address for address in listed if not address.startswith("data.")}

    def run(self, name: str, *arguments: str) -> str:
        """Run `terraform` in a stack's folder and return what it printed.

        Raises:
            TerraformError: when it fails, or is not on this machine.
        """
        done = subprocess.run(
            self.command(name, *arguments),
            capture_output=True,
            text=True,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise TerraformError(" ".join(arguments), f"{done.stdout}\n{done.stderr}")
        return done.stdout

    def command(self, name: str, *arguments: str) -> list[str]:
        """Program and arguments that run a command of Terraform in a stack's folder.

        Raises:
            TerraformError: the program is not on this machine.
        """
        try:
            found = self.engine or path(TERRAFORM.name)
        except MissingEngineError as error:
            raise TerraformError(arguments[0], str(error)) from None
        return [str(found), f"-chdir={self._folder(name)}", arguments[0], *_plain(arguments[0]), *arguments[1:]]

    def environment(self) -> dict[str, str]:
        """Variables for it, with which it finds the providers."""
        return {**variables(self.states), "TF_REATTACH_PROVIDERS": self._providers.reattach}

    def _folder(self, name: str) -> Path:
        return self.folder / "stacks" / name


def _files(folder: Path) -> dict[str, str]:
    """Path → text of every file of a stack; Terraform's own, hidden ones and the override are left out."""
    paths = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        str(path): (folder / path).read_text(encoding="utf-8")
        for path in paths
        if path.name != OVERRIDE and not any(part.startswith(".") for part in path.parts)
    }


def _plain(command: str) -> Sequence[str]:
    return () if command in ("state", "force-unlock") else ("-no-color",)
