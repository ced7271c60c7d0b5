"""`andamio bindings generate`: bindings of a Terraform provider, from its schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError

__all__ = ["app"]

app = typer.Typer(
    name="bindings", no_args_is_help=True, help="Typed Python for Terraform providers that nobody publishes one for."
)


@app.callback()
def _bindings() -> None:
    """Keep `generate` a subcommand, although it is the only one."""


@app.command()
def generate(
    schema: Annotated[
        Path | None, typer.Option(help="What `terraform providers schema -json` printed. Default: the committed ones.")
    ] = None,
    provider: Annotated[str, typer.Option(help="Name or source of one provider. Default: all of the schema.")] = "",
    version: Annotated[str, typer.Option(help="The provider's version, where the schema lacks it.")] = "",
    out: Annotated[Path | None, typer.Option(help="Folder for the package. Default: beside andamio.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 3 when something differs.")] = False,
) -> None:
    """Write the package of each provider's bindings, or check that they are in step."""
    from andamio.bindings import SchemaError, generate_command

    try:
        lines = generate_command(schema=schema, provider=provider, version=version, out=out, check=check)
    except SchemaError as error:
        raise CommandError(str(error), code=ExitCode.REFUSED) from None
    for line in lines:
        terminal.print_line(line)
    if check and lines:
        raise typer.Exit(ExitCode.OUT_OF_STEP)
