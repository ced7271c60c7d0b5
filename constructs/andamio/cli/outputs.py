"""`andamio outputs`: what Terraform knows and the catalog needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from andamio.cli import terminal
from andamio.cli.state import Catalog, Json, Name, Out, Timeout, chosen, reach, told

if TYPE_CHECKING:
    from andamio.contract.outputs import Source
    from andamio.state.pull import Reader
    from andamio.state.target import Target

__all__ = ["app"]

app = typer.Typer(
    name="outputs",
    help="What only Terraform knows and Kubernetes objects need: ids and addresses, never a secret.",
    no_args_is_help=True,
)


@app.callback()
def _outputs() -> None:
    """What only Terraform knows and Kubernetes objects need: ids and addresses, never a secret."""


@app.command()
def pull(
    name: Name,
    catalog: Catalog = None,
    out: Out = None,
    from_state: Annotated[
        bool,
        typer.Option("--from-state", help="Read the states in the bucket; default: ask `terraform output`."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell the difference; write nothing.")] = False,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Write catalog/cloud/<env>.json from the outputs of the deployed stacks, then tell what changed.

    Until it has run, everything synthesizes with marked placeholders and Terraform refuses the gitops stack. Sensitive
    outputs and values that look like secrets are refused. The file says `ovh`, or `sandbox` when OVH_ENDPOINT or the
    state's backend lies on this machine. Run `andamio synth` afterwards and commit both.
    """
    from andamio.state.pull import pull as run
    from andamio.state.target import shown

    terminal.quiet(as_json)
    folder = (catalog or Path("catalog")).absolute()
    with told():
        target = chosen(name, catalog, out)
        read, source = _reader(target, from_state=from_state, timeout=timeout)
        pulled = run(target, read, source=source, catalog=folder, dry_run=dry_run)
    if as_json:
        data = {
            "file": str(pulled.path),
            "written": pulled.written,
            "source": pulled.outputs.source,
            "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in pulled.changes],
        }
        terminal.print_line(json.dumps(data, indent=2))
        return
    for change in pulled.changes:
        terminal.print_line(f"{change.field}: {change.before} -> {change.after}")
    if pulled.written:
        terminal.print_line(f"{shown(pulled.path)} written. Run `andamio synth`, then commit both.")
    elif pulled.changes:
        terminal.print_line(f"{shown(pulled.path)} would change.")
    else:
        terminal.print_line(f"{shown(pulled.path)} is in step.")


def _reader(target: Target, *, from_state: bool, timeout: float) -> tuple[Reader, Source]:
    """Where the outputs are read, and whether that is OVHcloud."""
    import os

    from andamio.contract.outputs import PUBLISHED_BY, SHARED_PUBLISHED_BY
    from andamio.state.credentials import usual_credential
    from andamio.state.errors import SettingError
    from andamio.state.http import is_loopback
    from andamio.state.pull import from_storage
    from andamio.state.terraform import from_terraform, works_on_sandbox

    sandbox = is_loopback(os.environ.get("OVH_ENDPOINT", "")) or is_loopback(target.storage_endpoint())
    if from_state:
        credential = usual_credential(target.credentials)
        if credential is None:
            raise SettingError(f"There is no S3 credential. Run `andamio state init {target.name}` first.")
        read = from_storage(target, reach(target, credential, timeout))
    else:
        read = from_terraform(target)
        publishers = {*PUBLISHED_BY.values(), *SHARED_PUBLISHED_BY.values()}
        stacks = [stack for kind, stack in target.stacks.items() if kind in publishers]
        sandbox = sandbox or any(works_on_sandbox(target, stack) for stack in stacks)
    return read, "sandbox" if sandbox else "ovh"
