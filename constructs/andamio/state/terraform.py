"""Asks the `terraform` program for the outputs of a stack, in the folder where a person runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from andamio.state.errors import OutsideError, SettingError, clean
from andamio.state.http import is_loopback
from andamio.state.pull import Reader, check_published
from andamio.state.target import Target, shown
from andamio.state.terraform_state import Output

__all__ = ["from_terraform", "works_on_sandbox"]

_PATIENCE = 300.0
"""Seconds for one `terraform output`: it reads the state from the bucket."""


def from_terraform(target: Target) -> Reader:
    """Reads outputs by `terraform output -json`.

    Raises:
        SettingError: when `terraform` is not on PATH.
    """
    program = shutil.which("terraform")
    if program is None:
        raise SettingError("`terraform` is not on PATH. Install it, or give --from-state to read the state itself.")

    def read(stack: str) -> Mapping[str, Output]:
        folder = check_published(target, stack)
        return _outputs(_run(program, folder, target, stack), stack)

    return read


def _run(program: str, folder: Path, target: Target, stack: str) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("TF_LOG", "TF_CLI_ARGS")},
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
    }
    try:
        done = subprocess.run(
            [program, f"-chdir={folder}", "output", "-json", "-no-color"],
            capture_output=True,
            env=environment,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OutsideError(f"`terraform output` for {stack} did not end within {_PATIENCE:g} s.") from None
    except OSError as error:
        raise OutsideError(f"`terraform` cannot be run ({clean(error.strerror or error)}).") from None
    if done.returncode != 0:
        why = _first_error(done.stderr.decode(errors="replace"))
        if "initialization required" in why.lower():
            raise OutsideError(
                f"{stack} is not set up on this machine. Run `{target.chdir(stack)} init` (and `apply`, if it was "
                "never deployed), or give --from-state."
            )
        raise OutsideError(
            f"`terraform output` for {stack} fails: {why} Try it in {shown(folder)}; `andamio state doctor "
            f"{target.name}` examines the backend."
        )
    return done.stdout.decode(errors="replace")


def _first_error(text: str) -> str:
    """The line with Terraform's first error, and the one that explains it."""
    lines = [line.strip("│╷╵ \t") for line in text.splitlines()]
    lines = [line for line in lines if line]
    for number, line in enumerate(lines):
        if line.startswith("Error"):
            return clean(" ".join(lines[number : number + 3]))
    return clean(" ".join(lines[-2:])) or "it gives no reason."


def _outputs(text: str, stack: str) -> dict[str, Output]:
    try:
        found: dict[str, Any] = json.loads(text)
        return {
            name: Output(value=one["value"], sensitive=bool(one.get("sensitive", False))) for name, one in found.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OutsideError(f"`terraform output -json` for {stack} does not print what Terraform prints.") from None


def works_on_sandbox(target: Target, stack: str) -> bool:
    """Whether Terraform, as it is set up in a stack's folder, keeps its state anywhere but at OVHcloud.

    Whoever deployed to a sandbox had to point its backend elsewhere: to a file, or to a store on this machine.
    """
    data = Path(target.stack_folder(stack), os.environ.get("TF_DATA_DIR", "") or ".terraform")
    try:
        found = json.loads((data / "terraform.tfstate").read_bytes())
        backend = found["backend"]
        addresses = [backend["config"].get("endpoint"), *(backend["config"].get("endpoints") or {}).values()]
        return backend["type"] != "s3" or any(is_loopback(str(one)) for one in addresses if one)
    except FileNotFoundError:
        return True
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise OutsideError(f"{shown(data)} is damaged. Run `{target.chdir(stack)} init`.") from None
