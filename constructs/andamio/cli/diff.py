"""`andamio diff`: what would change in `dist/`, by environment and owner, in words or as a patch."""

from __future__ import annotations

import difflib
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.synthesis.difference import Difference, differences
from andamio.synthesis.run import CheckError, Outcome, Project, synthesize

__all__ = ["diff"]

_DETAILS = 8
"""Fields that are shown of an object before the rest is counted."""


def diff(*, catalog: Path | None, out: Path | None, patch: bool, as_json: bool) -> int:
    """Tell what `andamio synth` would change; exit code 3 when something would. Writes nothing.

    Where a rule forbids what the change would do, the `CheckError` follows what it would be.
    """
    terminal.quiet(as_json)
    project = Project.at(catalog=catalog, out=out)
    try:
        outcome = synthesize(project, dry=True, replace_edited=True, progress=terminal.progress)
    except CheckError as error:
        if error.outcome is not None and not as_json:  # a machine reads one value: the findings
            _show(project, error.outcome, patch=patch, as_json=False)
        raise
    _show(project, outcome, patch=patch, as_json=as_json)
    return ExitCode.OK if outcome.report.in_step else ExitCode.OUT_OF_STEP


def _show(project: Project, outcome: Outcome, *, patch: bool, as_json: bool) -> None:
    if patch:
        for line in _patch(project, outcome):
            terminal.print_line(line)
    else:
        found = differences(_signs(outcome), lambda path: _old(project, path), lambda path: _new(outcome, path))
        if as_json:
            terminal.print_line(json.dumps([asdict(difference) for difference in found], indent=2))
        else:
            _tell(found)


def _signs(outcome: Outcome) -> dict[str, str]:
    report = outcome.report
    marked = (("+", report.added), ("~", report.changed), ("-", report.removed))
    return {path: sign for sign, paths in marked for path in paths}


def _old(project: Project, path: str) -> str | None:
    try:
        return (project.out / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _new(outcome: Outcome, path: str) -> str | None:
    for files in outcome.built.files.values():
        if path in files:
            return files[path].read().decode()
    return None


def _tell(found: Sequence[Difference]) -> None:
    if not found:
        terminal.print_line("Nothing would change.")
        return
    for environment, of_environment in itertools.groupby(found, key=lambda d: d.environment):
        terminal.print_line(terminal.bold(environment))
        for owner, of_owner in itertools.groupby(of_environment, key=lambda d: d.owner):
            terminal.print_line(f"  {owner}")
            for difference in of_owner:
                _tell_one(difference)
    recreated = sum(bool(difference.recreates) for difference in found)
    if recreated:
        terminal.print_line(terminal.style(f"{recreated} would be re-created: what they hold is lost.", "red"))


def _tell_one(difference: Difference) -> None:
    colours = {"+": "green", "~": "yellow", "-": "red"}
    terminal.print_line(f"    {terminal.style(difference.sign, colours[difference.sign])} {difference.what}")
    if difference.recreates:
        terminal.print_line(
            terminal.style(f"        re-creates it, because of {', '.join(difference.recreates)}", "red")
        )
    for detail in difference.details[:_DETAILS]:
        terminal.print_line(f"        {detail}")
    if len(difference.details) > _DETAILS:
        terminal.print_line(f"        and {len(difference.details) - _DETAILS} more fields")


def _patch(project: Project, outcome: Outcome) -> Iterator[str]:
    for path, sign in sorted(_signs(outcome).items()):
        old = (_old(project, path) or "") if sign != "+" else ""
        new = (_new(outcome, path) or "") if sign != "-" else ""
        source = "/dev/null" if sign == "+" else f"a/{project.out.name}/{path}"
        target = "/dev/null" if sign == "-" else f"b/{project.out.name}/{path}"
        lines = difflib.unified_diff(old.splitlines(), new.splitlines(), source, target, lineterm="")
        yield from lines
