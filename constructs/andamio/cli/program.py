"""The commands of `andamio`, their options and help texts. What they do lies in modules of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from andamio.checks.revision import refusal
from andamio.cli import bindings, engines, outputs, sandbox, state
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


def _reference(against: str | None) -> str | None:
    """Refuse what cannot be a git reference, such as the empty value of a variable that CI did not set."""
    if against is not None and (why := refusal(against)):
        raise typer.BadParameter(why)
    return against


Against = Annotated[
    str | None,
    typer.Option(
        "--against",
        callback=_reference,
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


@app.command()
def check(catalog: Catalog = None, out: Out = None, against: Against = None, as_json: Json = False) -> None:
    """Tell every finding of the catalog; builds and writes nothing."""
    from andamio.cli.check import check as run

    code = run(catalog=catalog, out=out, against=against, as_json=as_json)
    if code != ExitCode.OK:
        raise typer.Exit(code)


@app.command()
def explain(code: Annotated[str, typer.Argument(help="A rule's code, such as AND034.")]) -> None:
    """Print what a rule asks for, why, and how to mend a finding."""
    from andamio.cli.check import explain as run

    run(code)


@app.command()
def diff(
    catalog: Catalog = None,
    out: Out = None,
    patch: Annotated[bool, typer.Option("--patch", help="As a patch, as git would show it.")] = False,
    as_json: Json = False,
) -> None:
    """Tell what `andamio synth` would change, by environment and service; what Terraform would re-create is marked."""
    from andamio.cli.diff import diff as run

    code = run(catalog=catalog, out=out, patch=patch, as_json=as_json)
    if code != ExitCode.OK:
        raise typer.Exit(code)


@app.command()
def graph(
    catalog: Catalog = None,
    environment: Annotated[
        str | None, typer.Option("--environment", "-e", help="Which environment. Default: the last, production.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="mermaid, dot or json.")] = "mermaid",
) -> None:
    """Draw the catalog: calls, events, stores, public hosts and outside hosts."""
    from andamio.cli.graph import graph as run

    run(catalog=catalog, environment=environment, form=form)


new = typer.Typer(no_args_is_help=True, help="Start something new in the catalog.")
app.add_typer(new, name="new")


@new.command("service")
def new_service(
    name: Annotated[str, typer.Argument(help="Its name: lower-case letters, digits and -.")],
    catalog: Catalog = None,
    team: Annotated[str | None, typer.Option("--team", help="Who owns it. Default: the catalog's first team.")] = None,
    kind: Annotated[str, typer.Option("--kind", help="http, worker or job.")] = "http",
    database: Annotated[bool, typer.Option("--database", help="With a PostgreSQL database and migrations.")] = False,
    cache: Annotated[bool, typer.Option("--cache", help="With access to Valkey.")] = False,
) -> None:
    """Write catalog/services/NAME.py."""
    from andamio.cli.new import new_service as run

    run(name=name, catalog=catalog, team=team, kind=kind, database=database, cache=cache)


@app.command()
def secrets(
    catalog: Catalog = None,
    environment: Annotated[
        str | None, typer.Option("--environment", "-e", help="Which environment. Default: the last, production.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the secrets that people have to put into a key store, and where they get them; never a value."""
    from andamio.cli.secrets import secrets as run

    run(catalog=catalog, environment=environment, as_json=as_json)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="An empty folder. Default: this one.")] = Path(),
) -> None:
    """Start a project of your own: catalog, compositions, tests and workflow."""
    from andamio.cli.init import init as run

    run(folder)


app.add_typer(state.app)
app.add_typer(outputs.app)
app.add_typer(bindings.app)
app.add_typer(engines.app)
app.add_typer(sandbox.app)

program = typer.main.get_command(app)
