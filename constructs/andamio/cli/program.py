"""The commands of `andamio`, their options and help texts. What they do lies in modules of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from andamio.cli.exit_codes import ExitCode

__all__ = ["app", "program"]

app = typer.Typer(
    name="andamio",
    help=(
        "One typed Python catalog becomes a microservice platform on OVHcloud.\n\n"
        "The catalog (catalog/) is checked, then turned into Terraform and Kubernetes objects in dist/, which you "
        "commit and review. Exit codes: 0 done, 1 findings, 2 wrong call, 3 dist/ is out of step (--check), "
        "4 publishing refused, 5 something outside failed, 70 a mistake of Andamio, 130 interrupted."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Catalog = Annotated[
    Path | None,
    typer.Option("--catalog", help="Folder of the catalog. Default: catalog/ in this folder.", metavar="DIR"),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder of the result. Default: dist/ beside the catalog.", metavar="DIR"),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines, and no progress.")]
Against = Annotated[
    str | None,
    typer.Option(
        "--against",
        help="Compare with dist/ at the merge base with this git reference, so that data which would vanish is "
        "seen in a pull request too. Default: with dist/ as it lies here.",
        metavar="REF",
    ),
]


@app.command()
def synth(
    catalog: Catalog = None,
    out: Out = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 3 when dist/ is out of step.")] = False,
    replace_edited: Annotated[
        bool, typer.Option("--replace-edited", help="Also replace files in dist/ that were edited by hand.")
    ] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Build everything anew.")] = False,
    against: Against = None,
    as_json: Json = False,
) -> None:
    """Check the catalog and make dist/ what it says; all of it, or nothing."""
    from andamio.cli.synth import synth as run

    code = run(
        catalog=catalog,
        out=out,
        check=check,
        replace_edited=replace_edited,
        cached=not no_cache,
        against=against,
        as_json=as_json,
    )
    if code != ExitCode.OK:
        raise typer.Exit(code)


program = typer.main.get_command(app)
