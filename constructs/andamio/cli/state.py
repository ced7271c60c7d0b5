"""`andamio state`: the backends of Terraform's state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from andamio.state.credentials import S3Credential
    from andamio.state.object_storage import ObjectStorage
    from andamio.state.target import Target

__all__ = ["app", "chosen", "reach", "told"]

app = typer.Typer(
    name="state",
    help=(
        "Make and examine the backends of Terraform's state.\n\n"
        "Each environment, and what all share, keeps its state in a bucket of its own. State holds credentials: who "
        "reads it can do what they can."
    ),
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="`shared`, or the name of an environment.", metavar="shared|ENV")]
Catalog = Annotated[
    Path | None,
    typer.Option("--catalog", help="Folder of the catalog. Default: catalog/ in this folder.", metavar="DIR"),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="The published folder. Default: dist/ beside the catalog.", metavar="DIR"),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines, and no progress.")]
Timeout = Annotated[
    float, typer.Option("--timeout", help="Seconds until a request counts as unanswered.", min=0.1, metavar="SECONDS")
]


@app.command()
def init(
    name: Name,
    catalog: Catalog = None,
    out: Out = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look; make and write nothing.")] = False,
    replace_policy: Annotated[
        bool,
        typer.Option("--replace-policy", help="Replace an S3 policy of the state's user that is not the catalog's."),
    ] = False,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Make the state bucket with its S3 user, policy and credential, and hand them to their Terraform stack.

    Safe to kill and to run again: it looks before it makes, and makes nothing twice. It refuses what it did not make.
    On another machine it fetches the same credential again. Credentials for OVHcloud's API come from the environment:
    OVH_ENDPOINT with OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET and OVH_CONSUMER_KEY, or OVH_CLIENT_ID and
    OVH_CLIENT_SECRET, or OVH_ACCESS_TOKEN. The S3 credential goes into a file that only you can read, never to the
    screen.
    """
    from andamio.state.ovh import Access, OvhApi
    from andamio.state.preparation import Preparation
    from andamio.state.prepared import Step, as_data

    def tell(step: Step) -> None:
        if not as_json:
            terminal.print_line(f"{step.what:<16} {step.name}: {step.outcome}")

    terminal.quiet(as_json)
    with told():
        target = chosen(name, catalog, out)
        access = Access.from_environment()
        target.check_world(sandbox=access.sandbox)
        api = OvhApi(access, timeout=timeout)
        prepared = Preparation(
            target=target,
            api=api,
            storage=lambda credential: reach(target, credential, timeout),
            dry_run=dry_run,
            replace_policy=replace_policy,
            tell=tell,
        ).run()
    if as_json:
        terminal.print_line(json.dumps(as_data(prepared), indent=2))
    elif prepared.commands:
        terminal.print_line("")
        terminal.print_line("Next:")
        for command in prepared.commands:
            terminal.print_line(f"  {command}")


@app.command()
def doctor(
    name: Name,
    catalog: Catalog = None,
    out: Out = None,
    probe: Annotated[
        bool, typer.Option("--probe/--no-probe", help="Whether to try a conditional write on a scratch object.")
    ] = True,
    timeout: Timeout = 30.0,
    as_json: Json = False,
) -> None:
    """Say what is wrong with a state's backend, why it matters, and which commands mend it.

    Looks at the bucket, the S3 user, its policy and credential, at locks, at every stack's state and its versions, for
    things and credentials that a killed apply left to no state, at the clock, and whether the store honours
    conditional writes (which locks need). Changes nothing but its own scratch object; shows nothing of a state. Exit
    code 0 when all is well, 5 when not.
    """
    from andamio.state.doctor import Doctor, as_data
    from andamio.state.ovh import Access, OvhApi

    def api() -> OvhApi:
        access = Access.from_environment()
        target.check_world(sandbox=access.sandbox)
        return OvhApi(access, timeout=timeout)

    terminal.quiet(as_json)
    with told():
        target = chosen(name, catalog, out)
        report = Doctor(
            target=target,
            api=api,
            storage=lambda credential: reach(target, credential, timeout),
            probe=probe,
            progress=terminal.progress,
        ).examine()
    if as_json:
        terminal.print_line(json.dumps(as_data(target, report), indent=2))
    else:
        for line in report.lines():
            terminal.print_line(line)
    if report.troubles:
        raise typer.Exit(ExitCode.OUTSIDE)


def chosen(name: str, catalog: Path | None, out: Path | None) -> Target:
    """The target that the arguments of a command name."""
    from andamio.state.catalog import find_target

    catalog = (catalog or Path("catalog")).absolute()
    return find_target(name, catalog=catalog, folder=out or catalog.parent / "dist")


def reach(target: Target, credential: S3Credential, timeout: float) -> ObjectStorage:
    """The target's bucket, reached with a credential."""
    from andamio.state.object_storage import ObjectStorage

    return ObjectStorage(
        endpoint=target.storage_endpoint(),
        bucket=target.place.bucket,
        region=target.place.state_region,
        credential=credential,
        timeout=timeout,
    )


@contextmanager
def told() -> Iterator[None]:
    """Turn what goes wrong outside of us into the command's own errors, each with its exit code."""
    from andamio.cli.guard import CommandError
    from andamio.state.errors import OutsideError, SettingError

    try:
        yield
    except SettingError as error:
        raise CommandError(str(error), code=ExitCode.USAGE) from None
    except OutsideError as error:
        raise CommandError(str(error), code=ExitCode.OUTSIDE) from None
