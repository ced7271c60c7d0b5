"""`andamio sandbox`: the whole platform on one machine, without a cloud."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError

if TYPE_CHECKING:
    from andamio.sandbox.site import Site
    from andamio.sandbox.up import Tell

__all__ = ["app"]

app = typer.Typer(
    name="sandbox",
    help="The whole platform on this machine: real Terraform, Kubernetes and Argo CD, and a stand-in for the cloud.",
    no_args_is_help=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
Environment = Annotated[str, typer.Argument(help="An environment of the catalog, such as dev.", metavar="ENV")]
Catalog = Annotated[
    Path | None,
    typer.Option("--catalog", help="Folder of the catalog. Default: catalog/ in this folder.", metavar="DIR"),
]


@app.callback()
def _sandbox() -> None:
    """The whole platform on this machine: real Terraform, Kubernetes and Argo CD, and a stand-in for the cloud."""


@app.command()
def up(
    env: Annotated[str, typer.Option("--env", help="Environments, separated by commas.")] = "dev",
    charts: Annotated[
        str, typer.Option("--charts", help="Charts of add-ons: stand-in, or real where they can be fetched.")
    ] = "stand-in",
    catalog: Catalog = None,
) -> None:
    """Start it, as your own processes on loopback: control planes with the catalog's nodes, and what runs beside them.

    Needs no root, no Docker and no network. What runs already stays; ports and data are those of before. Each
    environment takes about 2 GB of memory. `andamio sandbox down` ends it.
    """
    with told() as tell:
        from andamio.loading import load
        from andamio.sandbox.up import up as run

        if charts not in ("stand-in", "real"):
            raise CommandError(f"--charts is stand-in or real, not {charts}.", code=ExitCode.USAGE)
        names = list(dict.fromkeys(name.strip() for name in env.split(",") if name.strip()))
        if not names:
            raise CommandError(f"--env names no environment: {env!r}. Give one, such as dev.", code=ExitCode.USAGE)
        site = site_of(catalog)
        run(site, load(site.checkout / "catalog"), names, charts=charts, tell=tell)
    terminal.print_line(f"{', '.join(names)} is up. Next: `andamio sandbox deploy {names[0]}`.")


@app.command()
def deploy(
    environment: Environment = "dev",
    unlock: Annotated[
        bool, typer.Option("--unlock", help="Free a lock on a state that a killed deployment left behind.")
    ] = False,
    as_json: Json = False,
    catalog: Catalog = None,
) -> None:
    """Deploy an environment: Terraform's stacks in order, their outputs, a commit, then Argo CD until all is healthy.

    Works in a copy: neither the catalog nor dist/ in this folder changes. What the sandbox changes in the copy's dist/
    is printed: addresses and cloud outputs, nothing else. Again after an edit of the catalog it deploys what changed.
    """
    import json
    from dataclasses import asdict

    with told() as tell:
        from andamio.sandbox.deploy import deploy as run

        done = run(site_of(catalog), environment, tell=tell, unlock=unlock)
    if as_json:
        terminal.print_line(json.dumps({"environment": environment, **asdict(done)}, indent=2))
        return
    sections = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in done.seconds.items())
    terminal.print_line(
        f"{environment}: {done.applications} Applications Synced and Healthy at {done.revision[:12]} after "
        f"{sum(done.seconds.values()):.0f} s ({sections})"
    )


@app.command("break")
def break_(
    name: Annotated[
        str | None, typer.Argument(help="Which fault; without a name they are listed.", metavar="NAME")
    ] = None,
    env: Annotated[str, typer.Option("--env", help="The environment.")] = "dev",
    catalog: Catalog = None,
) -> None:
    """Plant a fault, tell what it does and what should happen, and watch whether that happens.

    Exit code 0: it did; 1: it did not.
    """
    with told() as tell:
        from andamio.sandbox.faults import FAULTS, NotHealedError, plant

        if name is None:
            for fault in FAULTS.values():
                terminal.print_line(f"{terminal.bold(fault.name)}\n  does: {fault.does}\n  then: {fault.expects}")
            return
        try:
            end = plant(site_of(catalog), name, env, tell=tell)
        except NotHealedError as error:
            raise CommandError(f"It did not: {error}", code=ExitCode.FINDINGS) from None
    terminal.print_line(f"It did: {end}")


@app.command()
def status(
    as_json: Json = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show it again every two seconds until Ctrl-C.")] = False,
    catalog: Catalog = None,
) -> None:
    """Show environments, stacks, Applications and workloads, and why anything is not healthy.

    Exit code 0: everything that was deployed is healthy; 1: something is not; 5: nothing runs.
    """
    import json

    from andamio.cli.sandbox_view import as_data, lines

    with told():
        from andamio.sandbox.status import status as look

        while True:
            found = look(site_of(catalog))
            if as_json:
                terminal.print_line(json.dumps(as_data(found), indent=2))
            else:
                if watch:
                    sys.stdout.write("\033[H\033[2J")  # to the top of an empty screen
                for line in lines(found):
                    terminal.print_line(line)
            if not watch:
                break
            time.sleep(2)
    if not found.running:
        raise typer.Exit(ExitCode.OUTSIDE)
    deployed = [one for one in found.environments if one.phase != "down"]
    dead = [one for one in found.parts if one.processes and not one.alive]
    if dead or not all(one.healthy or one.phase == "up" for one in deployed):
        raise typer.Exit(ExitCode.FINDINGS)


@app.command()
def logs(
    name: Annotated[
        str | None, typer.Argument(help="A process, such as dev/kube-apiserver. Default: tell which there are.")
    ] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many lines from the end.")] = 100,
    catalog: Catalog = None,
) -> None:
    """Print the end of a process's log."""
    with told():
        from andamio.sandbox.logs import log_names, tail

        site = site_of(catalog)
        if name is None:
            for one in log_names(site):
                terminal.print_line(one)
            return
        for line in tail(site, name, lines):
            terminal.print_line(line)


@app.command()
def kubeconfig(environment: Environment, catalog: Catalog = None) -> None:
    """Print the path of an environment's kubeconfig: export KUBECONFIG=$(andamio sandbox kubeconfig dev)."""
    with told():
        terminal.print_line(str(site_of(catalog).kubeconfig(environment)))


@app.command()
def down(
    purge: Annotated[bool, typer.Option("--purge", help="Also remove its data: clusters, states, cloud.")] = False,
    catalog: Catalog = None,
) -> None:
    """End the sandbox's own processes, also after a crash; ports and data stay for the next `up`."""
    with told():
        from andamio.sandbox.identity import end_marked

        site = site_of(catalog, salvage=purge)
        if not site.folder.is_dir():  # nothing was up, or somebody removed the folder under what runs
            count = end_marked(site.folder)
            terminal.print_line(_ended(count) if count else "Nothing is up.")
            return
        with site.record.locked("down"):
            try:
                count = site.record.end_all()
            except OSError:  # it is ended and could not be written down; what is purged needs no record
                if not purge:
                    raise
                count = 0
            if purge:
                site.record.purge()
    terminal.print_line(f"{_ended(count)}{' Its data is gone.' if purge else ''}")


def _ended(count: int) -> str:
    return f"{count} process{'' if count == 1 else 'es'} ended." if count else "Nothing was up."


def site_of(catalog: Path | None, *, salvage: bool = False) -> Site:
    """The sandbox of the checkout in which a catalog lies."""
    from andamio.sandbox.site import Site

    folder = (catalog or Path("catalog")).resolve()
    if not folder.is_dir():
        raise CommandError(f"{folder} does not exist. Run this in a project, or give --catalog.", code=ExitCode.USAGE)
    if folder.name != "catalog":
        raise CommandError(
            f"{folder}: a sandbox is that of a project, whose catalog is its folder catalog/. Rename the folder, or "
            "give --catalog the one of another project.",
            code=ExitCode.USAGE,
        )
    return Site.of(folder.parent, salvage=salvage)


@contextmanager
def told() -> Iterator[Tell]:
    """Turn what goes wrong with a sandbox into a message; gives what prints a line of progress with its time."""
    begun = time.monotonic()

    def tell(line: str) -> None:
        terminal.progress(f"{time.monotonic() - begun:6.1f} s  {line}")

    try:
        from andamio.engines import EngineError
        from andamio.sandbox.copies import SynthesisError
        from andamio.sandbox.errors import SandboxError, UnknownNameError
        from andamio.sandbox.terraform import TerraformError
    except ModuleNotFoundError as error:  # the extra is not installed
        raise CommandError(f"{error.name} is not installed. Run `pip install 'andamio[sandbox]'`.") from None
    try:
        yield tell
    except UnknownNameError as error:
        raise CommandError(str(error), code=ExitCode.USAGE) from None
    except SynthesisError as error:
        code = ExitCode(error.code) if error.code in set(ExitCode) else ExitCode.OUTSIDE
        raise CommandError(str(error), code=code) from None
    except (SandboxError, TerraformError, EngineError) as error:
        raise CommandError(str(error)) from None
    except ModuleNotFoundError as error:
        raise CommandError(f"{error.name} is not installed. Run `pip install 'andamio[sandbox]'`.") from None
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        raise CommandError(f"{what}{error.strerror or error}.") from None
