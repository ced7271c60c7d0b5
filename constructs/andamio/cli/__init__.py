"""The `andamio` command."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["main", "synth_plane"]


def main() -> None:
    """Run the command; ends the process with one of the exit codes of `andamio.cli.exit_codes`."""
    from andamio.cli.guard import guarded
    from andamio.cli.program import program

    sys.exit(guarded(lambda: program(standalone_mode=False)))


def synth_plane(project: Path, plane: str) -> int:
    """Synthesize one plane of the project in the folder `project`, as `cdktf synth` and `cdk8s synth` ask for.

    Returns the exit code.
    """
    from andamio.cli.guard import guarded
    from andamio.cli.synth import synth

    return guarded(lambda: synth(catalog=project / "catalog", out=project / "dist", planes=[plane]))
