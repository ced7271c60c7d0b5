"""The `andamio` command."""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["main", "run_plane"]


def main() -> None:
    """Run the command; ends the process with one of the exit codes of `andamio.cli.exit_codes`."""
    from andamio.cli import process

    with process.interrupts_told():
        from andamio.cli.guard import guarded
        from andamio.cli.program import program

        code = guarded(lambda: program(standalone_mode=False))
    process.end(code)


def run_plane(plane: str) -> None:
    """What `infra/main.py` and `k8s/main.py` do when `cdktf synth` or `cdk8s synth` starts them.

    Publishes that plane's part of `dist/` and leaves the other alone. Ends the process with the exit code of
    `andamio synth`.
    """
    import os

    from andamio.cli import process, terminal
    from andamio.cli.guard import guarded
    from andamio.cli.synth import synth

    project = Path(sys.argv[0]).resolve().parents[1]
    if folder := os.environ.get("CDK8S_OUTDIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)  # the cdk8s command fails without it
    terminal.quiet(True)  # the cdktf command shows what an app says on standard error as errors
    with process.interrupts_told():
        code = guarded(lambda: synth(catalog=project / "catalog", out=project / "dist", planes=[plane]))
    sys.exit(code)
