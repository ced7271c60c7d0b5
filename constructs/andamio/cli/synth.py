"""`andamio synth`: make `dist/` what the catalog says."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

from andamio.cli import terminal
from andamio.cli.exit_codes import ExitCode
from andamio.synthesis.build import PLANES
from andamio.synthesis.errors import printable
from andamio.synthesis.run import Outcome, Project, synthesize

__all__ = ["synth"]


def synth(
    *,
    catalog: Path | None = None,
    out: Path | None = None,
    planes: Sequence[str] = PLANES,
    check: bool = False,
    replace_edited: bool = False,
    cached: bool = True,
    against: str | None = None,
    as_json: bool = False,
) -> int:
    """Synthesize, tell what changed, and return the exit code."""
    begun = time.perf_counter()
    project = Project.at(catalog=catalog, out=out)
    if as_json:
        terminal.quiet(True)
    outcome = synthesize(
        project,
        planes=planes,
        replace_edited=replace_edited,
        dry=check,
        cached=cached,
        against=against,
        progress=terminal.progress,
    )
    seconds = time.perf_counter() - begun
    if as_json:
        terminal.print_line(json.dumps(_as_data(outcome, seconds), indent=2))
    else:
        terminal.findings(outcome.warnings)
        _tell(project, outcome, seconds, check=check)
    return ExitCode.OUT_OF_STEP if check and not outcome.report.in_step else ExitCode.OK


def _tell(project: Project, outcome: Outcome, seconds: float, *, check: bool) -> None:
    report = outcome.report
    folder = _shown(project.out)
    platform = outcome.platform
    size = (
        f"{terminal.count(len(platform.environments), 'environment')}, "
        f"{terminal.count(len(platform.services), 'service')}, "
        f"{sum(len(files) for files in outcome.built.files.values())} files"
    )
    if report.in_step:
        terminal.print_line(f"{terminal.bold(folder)} is in step: {size}, {seconds:.1f} s")
        return
    counts = [
        f"{len(paths)} {what}"
        for what, paths in (
            ("added", report.added),
            ("changed", report.changed),
            ("removed", report.removed),
        )
        if paths
    ] or ["manifest changed"]
    verb = "would change" if check else "published"
    terminal.print_line(f"{terminal.bold(folder)} {verb}: {', '.join(counts)} ({size}), {seconds:.1f} s")
    shown = [
        *(f"+ {p}" for p in report.added),
        *(f"~ {p}" for p in report.changed),
        *(f"- {p}" for p in report.removed),
    ]
    limit = 20
    for line in shown[:limit] if len(shown) <= limit or check else []:
        terminal.print_line(f"  {line}")
    if check and len(shown) > limit:
        terminal.print_line(f"  and {len(shown) - limit} more")
    if check:
        terminal.print_line("Run `make synth` and commit the result.")


def _as_data(outcome: Outcome, seconds: float) -> dict[str, object]:
    report = outcome.report
    return {
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": len(report.unchanged),
        "shares": outcome.built.shares,
        "rebuilt": outcome.built.rebuilt,
        "warnings": [str(finding) for finding in outcome.warnings],
        "steps": {step: round(taken, 3) for step, taken in outcome.seconds.items()},
        "seconds": round(seconds, 3),
    }


def _shown(path: Path) -> str:
    try:
        return printable(path.relative_to(Path.cwd()).as_posix())
    except ValueError:
        return printable(str(path))
