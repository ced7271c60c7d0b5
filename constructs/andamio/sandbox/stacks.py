"""Deploys the stacks of the sandbox's work tree, with their states in the sandbox's object storage.

The `cdktf` command does it where it is at hand, as people do it at OVHcloud, else Terraform itself. Every stack is as
`dist/` has it, with the sandbox's addresses. Nothing of the user's own settings for clouds reaches Terraform, so that
nothing of the user's own clouds is ever touched.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from andamio.engines import MissingEngineError, path
from andamio.engines.on_machine import TERRAFORM
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.interruptible import run
from andamio.sandbox.overrides import OVERRIDE, ObjectStates, variables

__all__ = ["StackError", "Stacks", "environment"]

_ERROR: Final = re.compile(r"^Error: ", re.M)
_COLORS: Final = re.compile(r"\x1b\[[0-9;]*m")
_APPLIED: Final = "Apply complete"
_AS_THEY_LIE: Final = ("--auto-approve", "--skip-synth", "--skip-provider-lock", "--ignore-missing-stack-dependencies")
_DEPLOY: Final = (*_AS_THEY_LIE, "--parallelism=1")
"""One stack after the other, as they lie there. A lock file would name hashes of providers that no registry has."""
_LOCK: Final = re.compile(
    r"ID:\s+(?P<id>[0-9a-f-]{36}).*?Who:\s+(?P<who>\S+).*?Created:\s+(?P<when>.+?)\s*$", re.S | re.M
)


class StackError(SandboxError):
    """Terraform did not do what it was asked to.

    Args:
        stack: Which stack.
        command: What was run, such as `terraform apply`.
        text: What it said.
    """

    def __init__(self, stack: str, command: str, text: str) -> None:
        plain = (line.removeprefix(f"{stack} ").strip("│╷╵ ") for line in _COLORS.sub("", text).splitlines())
        self.stack, self.command, self.text = stack, command, "\n".join(line for line in plain if line)
        super().__init__(f"`{command}` of {stack} failed:\n{self._short()}")

    def _short(self) -> str:
        found = _ERROR.search(self.text)
        told = "\n".join(self.text[found.start() if found else 0 :].splitlines()[:12])
        if self.lock_id:
            told += (
                "\nWhoever holds this lock may still be at work. If that process was killed, free it:\n"
                "  `andamio sandbox deploy ENV --unlock`"
            )
        return told

    @property
    def headline(self) -> str:
        """The line in which Terraform says what went wrong."""
        found = _ERROR.search(self.text)
        return (self.text[found.start() :] if found else self.text).splitlines()[0]

    @property
    def lock_id(self) -> str:
        """Id of the lock that somebody else holds on the state; empty when that is not what went wrong."""
        found = _LOCK.search(self.text) if "state lock" in self.text else None
        return found["id"] if found else ""


def environment(*, access_key: str, secret_key: str, storage: str) -> dict[str, str]:
    """Variables for Terraform and `andamio outputs pull`: the process's own without its clouds, and the sandbox's."""
    states = ObjectStates(endpoint=storage, access_key=access_key, secret_key=secret_key)
    return {**variables(states), "AWS_ENDPOINT_URL_S3": storage}


class Stacks:
    """The stacks of a work tree.

    Args:
        folder: The folder `terraform/stacks` of its `dist/`.
        environment: Variables, see `environment`, with what makes Terraform find its providers.
        cdktf: The `cdktf` command, by which `apply_all` applies. Default: Terraform itself.

    Raises:
        SandboxError: Terraform is not on this machine, or too old.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], *, cdktf: Path | None = None) -> None:
        try:
            self._program = path(TERRAFORM.name)
        except MissingEngineError as error:
            raise SandboxError(str(error)) from None
        self._folder = folder
        self._environment = environment
        self._cdktf = cdktf

    def folder(self, stack: str) -> Path:
        """Where a stack lies."""
        return self._folder / stack

    def apply(self, stack: str) -> str:
        """Init and apply; the last line that says what was done.

        Raises:
            StackError: Terraform refuses or fails.
        """
        self.init(stack)
        said = self.run(stack, "apply", "-auto-approve", "-compact-warnings")
        done = [line for line in said.splitlines() if line.startswith(_APPLIED)]
        return done[-1] if done else ""

    def apply_all(self, stacks: Sequence[str], done: Callable[[str, str], None]) -> None:
        """Init and apply several, one after the other.

        Args:
            stacks: Which, in their order.
            done: Takes a stack's name and the line that says what was done, as soon as it is applied.

        Raises:
            StackError: Terraform refuses or fails; those before are applied.
        """
        if self._cdktf is None:
            for stack in stacks:
                done(stack, self.apply(stack))
            return
        for stack in stacks:
            self.init(stack)
        self._deploy(self._cdktf, stacks, done)

    def init(self, stack: str) -> None:
        """Init, with buckets in the path of an address: `bucket.127.0.0.1` is no name that anybody resolves."""
        document = json.loads((self.folder(stack) / "cdk.tf.json").read_bytes())
        text = json.dumps(ObjectStates().override(document), indent=2)
        (self.folder(stack) / OVERRIDE).write_text(text, encoding="utf-8")
        self.run(stack, "init", "-reconfigure")

    def outputs(self, stack: str) -> dict[str, Any]:
        """Name → value of each output."""
        told = json.loads(self.run(stack, "output", "-json"))
        return {name: one["value"] for name, one in told.items()}

    def plan_is_empty(self, stack: str) -> bool:
        """Whether Terraform has nothing to do in a stack."""
        return self._done(stack, ["plan", "-detailed-exitcode"]).returncode == 0

    def destroy(self, stack: str) -> None:
        """Init and destroy."""
        self.init(stack)
        self.run(stack, "destroy", "-auto-approve")

    def run(self, stack: str, command: str, *arguments: str) -> str:
        """Run `terraform` in a stack's folder; what it printed.

        Raises:
            StackError: it fails.
        """
        done = self._done(stack, [command, *arguments])
        if done.returncode:
            raise StackError(stack, f"terraform {command}", f"{done.stdout}\n{done.stderr}")
        return done.stdout

    def _deploy(self, cdktf: Path, stacks: Sequence[str], done: Callable[[str, str], None]) -> None:
        """Run `cdktf deploy` in the work tree. It puts a stack's name before what comes from it, in front of pieces."""
        project, at, silent = self._folder.parents[2], stacks[0], list(stacks)

        def line(text: str) -> None:
            nonlocal at
            plain = _COLORS.sub("", text)
            at = next((stack for stack in stacks if plain.startswith(f"{stack} ")), at)
            said = plain.removeprefix(at).strip()
            if said.startswith(_APPLIED) and at in silent:
                silent.remove(at)
                done(at, said)

        ended = run(
            [str(cdktf), "deploy", *stacks, *_DEPLOY],
            folder=project,
            environment={
                **self._environment,
                "HOME": str(project.parent),  # where it keeps settings of its own
                "TERRAFORM_BINARY_NAME": str(self._program),
                "DISABLE_VERSION_CHECK": "1",
                "CI": "1",
            },
            line=line,
        )
        if ended.returncode:
            error = StackError(at, "cdktf deploy", ended.stdout)
            if not _ERROR.search(error.text):  # it now and then ends before its last lines are printed
                self.run(at, "plan")  # fails by the same reason, or was a passing one
            raise error
        for stack in silent:
            done(stack, "")

    def _done(self, stack: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        plain = [] if arguments[0] in ("state", "force-unlock") else ["-no-color"]
        return run(
            [str(self._program), f"-chdir={self.folder(stack)}", arguments[0], *plain, *arguments[1:]],
            environment=self._environment,
        )
