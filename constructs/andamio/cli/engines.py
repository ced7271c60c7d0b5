"""`andamio engines`: the programs that `dist/` is proven on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError

if TYPE_CHECKING:
    from andamio.engines import Engine

__all__ = ["app"]

app = typer.Typer(
    name="engines",
    help="The real programs that dist/ is proven on: Terraform, Kubernetes' own, kwok, Helm, Argo CD and others.",
    no_args_is_help=True,
)


@app.callback()
def _engines() -> None:
    """The real programs that dist/ is proven on: Terraform, Kubernetes' own, kwok, Helm, Argo CD and others."""


@app.command()
def install(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Engines by name, or files such as argo-cd-crds. Default: what the tests need."),
    ] = None,
    keep_build_cache: Annotated[
        bool, typer.Option("--keep-build-cache", help="Keep Go's caches for the next installation; tens of GB.")
    ] = False,
    released: Annotated[
        bool,
        typer.Option(
            "--released", help="Download programs where their projects publish them with a checksum; build the others."
        ),
    ] = False,
) -> None:
    """Build what this machine lacks, from the Go module proxy, one after the other.

    Needs Go; takes about half an hour on two cores for what the tests need, less with `--released`. What is built
    stays in ~/.cache/andamio/engines (or below XDG_CACHE_HOME), Go's caches go. A call that was cut off goes on when
    it is called again; of two at once, one waits for the other.
    """
    from andamio.engines import install as run

    with _told():
        run(
            names or (),
            progress=terminal.progress,
            keep_build_cache=keep_build_cache or None,
            released=released or None,
        )


@app.command("list")
def list_engines(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")] = False,
) -> None:
    """Tell each engine, its version, where it is, and how far it is from what the catalog installs."""
    from andamio.engines import ENGINES, FILES
    from andamio.engines.find import folder_of

    with _told():
        rows = [_row(engine) for engine in ENGINES]
        files = [
            {"name": row.name, "version": row.version, "stands_for": row.stands_for, "there": folder_of(row).is_dir()}
            for row in FILES
        ]
    if as_json:
        terminal.print_line(json.dumps({"engines": rows, "files": files}, indent=2))
        return
    table = [(row["name"], row["version"], row["path"] or "not there", row["note"]) for row in rows]
    table += [
        (
            str(file["name"]),
            str(file["version"]),
            "there" if file["there"] else "not there",
            f"stands for {file['stands_for']}" if file["stands_for"] else "",
        )
        for file in files
    ]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        terminal.print_line("  ".join([*cells, row[3]]).rstrip())


@app.command()
def path(name: Annotated[str, typer.Argument(help="An engine's name, such as kube-apiserver.")]) -> None:
    """Print where an engine's program lies."""
    from andamio.engines import path as run

    with _told():
        terminal.print_line(str(run(name)))


def _row(engine: Engine) -> dict[str, Any]:
    """One engine as `list` shows it; the version is that of the program found, else the one that would be built."""
    from andamio.engines import Where, find
    from andamio.knowledge.charts import charts

    found = find(engine)
    version = f"v{found.version}" if found else engine.version
    installed = next((c.app_version for c in charts() if c.name == engine.chart and c.app_version), None)
    notes = [] if engine.tried else ["its build was not tried yet"]
    if found and found.where is Where.RELEASED:
        notes.append("downloaded, not built")
    if installed is not None and installed.removeprefix("v") != version.removeprefix("v"):
        notes.append(f"the catalog installs {installed}")
    return {
        "name": engine.name,
        "version": version,
        "where": str(found.where) if found else None,
        "path": str(found.path) if found else None,
        "catalog_installs": installed,
        "tried": engine.tried,
        "note": "; ".join(notes),
    }


@contextmanager
def _told() -> Iterator[None]:
    """Turn what goes wrong with engines into a message."""
    from andamio.engines import EngineError

    try:
        yield
    except EngineError as error:
        raise CommandError(str(error), code=ExitCode.OUTSIDE) from None
