"""`andamio check` and `andamio explain`: what the rules find in the catalog, and what a rule asks for."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from andamio.checks.explain import explain as explained
from andamio.checks.finding import Severity
from andamio.checks.output import Output
from andamio.checks.run import check_catalog
from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.cli.guard import CommandError
from andamio.loading import CatalogError, load
from andamio.synthesis.errors import printable
from andamio.synthesis.run import Project

__all__ = ["check", "explain"]


def check(*, catalog: Path | None, out: Path | None, against: str | None, as_json: bool) -> int:
    """Tell every finding of the catalog, build nothing, and return the exit code."""
    project = Project.at(catalog=catalog, out=out)
    try:
        platform = load(project.catalog)
    except CatalogError as error:
        findings = list(error.findings)
    else:
        previous = Output.at_git_ref(against, project.out) if against else Output.read(project.out)
        findings = check_catalog(platform, previous=previous)
    if as_json:
        terminal.print_line(json.dumps([asdict(finding) for finding in findings], indent=2, default=str))
    elif findings:
        terminal.findings(findings, written=False)
    else:
        services = terminal.count(len(platform.services), "service")
        size = f"{services} in {terminal.count(len(platform.environments), 'environment')}"
        terminal.print_line(f"{project.catalog.name} is sound: {size}, no finding")
    errors = any(finding.severity is Severity.ERROR for finding in findings)
    return ExitCode.FINDINGS if errors else ExitCode.OK


def explain(code: str) -> int:
    """Print what a rule asks for, why, and how to mend a finding."""
    try:
        terminal.print_line(explained(code).rstrip())
    except LookupError as error:
        raise CommandError(printable(str(error)), code=ExitCode.USAGE) from None
    return ExitCode.OK
