"""Runs Terraform itself on a stack whose resources are replaced by its built-in `terraform_data`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from andamio.engines import find
from andamio.engines.on_machine import TERRAFORM
from tests.lacking import not_run

needs_terraform = pytest.mark.skipif(find(TERRAFORM) is None, reason=not_run("terraform", TERRAFORM.advice))


def builtin(stack: Mapping[str, Any]) -> dict[str, Any]:
    """The stack with the same addresses in its blocks, but with resources that need no provider."""

    def name(address: str) -> str:
        return "__".join(address.split(".", 1))

    def place(address: str) -> str:
        return f"terraform_data.{name(address)}"

    result: dict[str, Any] = {"resource": {"terraform_data": {}}}
    for kind, found in stack.get("resource", {}).items():
        for label, resource in found.items():
            made = {"input": str(resource.get("name", resource.get("path", resource.get("description"))))}
            if "lifecycle" in resource:
                made["lifecycle"] = resource["lifecycle"]
            result["resource"]["terraform_data"][name(f"{kind}.{label}")] = made
    for block in ("moved", "removed"):
        if block in stack:
            result[block] = [
                {key: place(value) if key in ("from", "to") else value for key, value in entry.items()}
                for entry in stack[block]
            ]
    return result


def write(folder: Path, configuration: Mapping[str, Any]) -> None:
    """Put a configuration into a folder."""
    (folder / "main.tf.json").write_text(json.dumps(configuration))


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Terraform in a folder."""
    keep = {key: value for key, value in os.environ.items() if not key.startswith("TF_")}
    return subprocess.run(
        ["terraform", *arguments],
        cwd=folder,
        env={**keep, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def applied(folder: Path, configuration: Mapping[str, Any]) -> None:
    """Apply a configuration in a folder that was empty."""
    write(folder, configuration)
    for arguments in (("init", "-input=false"), ("apply", "-auto-approve", "-input=false")):
        result = terraform(folder, *arguments)
        assert result.returncode == 0, result.stderr


def planned(folder: Path, configuration: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What Terraform would change: `address`, `previous_address` and `actions` of each resource."""
    write(folder, configuration)
    result = terraform(folder, "plan", "-input=false", "-out=plan")
    assert result.returncode == 0, result.stderr
    shown = json.loads(terraform(folder, "show", "-json", "plan").stdout)
    return [
        {
            "address": change["address"],
            "previous_address": change.get("previous_address"),
            "actions": change["change"]["actions"],
        }
        for change in shown["resource_changes"]
    ]
