"""`andamio new service`: the file of a new service, right from the start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from andamio.checks.finding import did_you_mean
from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError
from andamio.contract.names import reserved_for_platform
from andamio.contract.platform import Platform
from andamio.loading import load
from andamio.model.service import Kind
from andamio.synthesis.errors import storage
from andamio.synthesis.run import Project

__all__ = ["new_service", "service_file"]

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,28}[a-z0-9])?")


def service_file(*, name: str, team: str, kind: Kind, database: bool, cache: bool) -> str:
    """The text of `catalog/services/<name>.py`."""
    imports = ["Service"]
    lines: list[str] = []
    if kind == "http":
        imports.append("Http")
        lines.append("http=Http(port=8080),")
    if kind == "job":
        imports.append("Schedule")
        lines.append('schedule=Schedule(cron="0 3 * * *"),')
    if database:
        imports += ["Migration", "Postgres"]
        lines += ["database=Postgres(),", f'migration=Migration(command=("/app/{name}", "migrate")),']
    if cache:
        imports.append("Cache")
        lines.append("cache=Cache(),")
    body = "".join(f"    {line}\n" for line in lines)
    return (
        f'"""What {name} does, in a sentence."""\n\n'
        f"from andamio.model import {', '.join(sorted(imports))}\n\n"
        f"{name.replace('-', '_')} = Service(\n"
        f'    name="{name}",\n'
        f'    team="{team}",\n'
        f"{body})\n"
    )


def new_service(*, name: str, catalog: Path | None, team: str | None, kind: str, database: bool, cache: bool) -> int:
    """Write the file, say what comes next, and return the exit code. Never replaces a file."""
    project = Project.at(catalog=catalog)
    platform = load(project.catalog)
    for problem in _problems(platform, name, team, kind):
        raise CommandError(problem, code=ExitCode.USAGE)
    path = project.catalog / "services" / f"{name}.py"
    owner = team or platform.shared.teams[0].name
    text = service_file(name=name, team=owner, kind=kind, database=database, cache=cache)  # type: ignore[arg-type]
    with storage(str(path), doing="be written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            file = path.open("x", encoding="utf-8")
        except FileExistsError:
            raise CommandError(f"{path}: the file exists; choose another name", code=ExitCode.REFUSED) from None
        try:
            with file:
                file.write(text)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    terminal.print_line(f"Made {project.catalog.name}/services/{name}.py for team {owner}. Next:")
    terminal.print_line("  1. say in it what the service needs (docs/guides/add-a-service.md)")
    terminal.print_line(
        "  2. make synth, commit the result; its databases, topics and secrets come with the next deploy"
    )
    terminal.print_line("  3. push its first image: promotion writes catalog/releases/<environment>.json")
    return ExitCode.OK


def _problems(platform: Platform, name: str, team: str | None, kind: str) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield f'"{name}": a service is named with lower-case letters, digits and "-", at most 30'
    if reserved_for_platform(name):
        yield f'"{name}": the platform has a namespace, an Application or a folder of that name; choose another'
    if name in {service.name for service in platform.services}:
        yield f'"{name}": {platform.file("service", name)} declares it; choose another name'
    teams = [t.name for t in platform.shared.teams]
    if team is not None and team not in teams:
        yield f'--team "{team}": no such team. {did_you_mean(team, teams) or "There are " + ", ".join(teams) + "."}'
    if kind not in ("http", "worker", "job"):
        yield f'--kind "{kind}": write http, worker or job'
