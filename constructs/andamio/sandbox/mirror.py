"""A filesystem mirror of the imitated providers, for a Terraform that starts its providers itself.

Each provider is a launcher script that runs this Python with this source. `cli_configuration` names the folder, and no
registry beside it is asked.
"""

from __future__ import annotations

import json
import platform
import shlex
import sys
from pathlib import Path

from andamio.bindings.schema import committed_schema
from andamio.sandbox.protocol.serving import HOSTS

__all__ = ["cli_configuration", "write_mirror"]

_SOURCE = Path(__file__).parents[2]
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def write_mirror(folder: Path, *, cloud: Path) -> None:
    """Write launchers of all three providers for Terraform and OpenTofu.

    Args:
        folder: The mirror; made when it is not there.
        cloud: File of the imitated cloud that they share.
    """
    system = f"{platform.system().lower()}_{_MACHINES.get(platform.machine(), platform.machine())}"
    for name in ("ovh", "harbor", "helm"):
        schema = committed_schema(name)
        words = [sys.executable, "-m", "andamio.sandbox", "plugin", name, "--cloud", str(cloud.resolve())]
        script = f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(_SOURCE))} exec {shlex.join(words)}\n"
        for host in HOSTS:
            place = folder / host / schema.source / schema.version / system
            place.mkdir(parents=True, exist_ok=True)
            launcher = place / f"terraform-provider-{name}_v{schema.version}"
            launcher.write_text(script, encoding="utf-8")
            launcher.chmod(0o755)


def cli_configuration(mirror: Path) -> str:
    """The text of a CLI configuration (`TF_CLI_CONFIG_FILE`) that installs from the mirror alone."""
    return (
        f"provider_installation {{\n  filesystem_mirror {{\n    path = {json.dumps(str(mirror.resolve()))}\n  }}\n}}\n"
    )
