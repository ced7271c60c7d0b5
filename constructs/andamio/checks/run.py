"""Runs all rules and reports every finding, sorted; none is hidden but those that are accepted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from andamio.checks.acceptances import EXPIRED, accepted, declared
from andamio.checks.finding import Finding
from andamio.checks.output import Output
from andamio.checks.rule import Rule, Stage
from andamio.checks.rules import all_rules
from andamio.contract.platform import Platform

__all__ = ["check_catalog", "check_output", "run"]


def run(
    platform: Platform,
    *,
    output: Output | None = None,
    previous: Output | None = None,
    today: date | None = None,
    disabled: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Every finding of the catalog and, with `output`, of what was made of it, sorted by file and field.

    `previous` is what was synthesized before; without it nothing is compared. `today` decides about expiry; default:
    this day. `disabled` switches rules off by code; it is for tests of rules.

    A rule that raises is a mistake of ours: its exception propagates, with the code in a note.
    """
    stages = {Stage.CATALOG, Stage.DATED, Stage.ACCEPTANCE}
    if previous is not None:
        stages.add(Stage.HISTORY)
    if output is not None:
        stages.add(Stage.OUTPUT)
    if output is not None and previous is not None:
        stages.add(Stage.CHANGE)
    return _run(platform, stages, output, previous, today, disabled)


def check_catalog(
    platform: Platform,
    *,
    previous: Output | None = None,
    today: date | None = None,
    disabled: frozenset[str] = frozenset(),
) -> list[Finding]:
    """The findings of the catalog alone: before anything is built."""
    return run(platform, previous=previous, today=today, disabled=disabled)


def check_output(
    platform: Platform,
    output: Output,
    *,
    previous: Output | None = None,
    today: date | None = None,
    disabled: frozenset[str] = frozenset(),
) -> list[Finding]:
    """The findings of the output alone: after `check_catalog` let it be built, before it is published."""
    stages = {Stage.OUTPUT, Stage.ACCEPTANCE} | ({Stage.CHANGE} if previous is not None else set())
    return _run(platform, stages, output, previous, today, disabled)


def _run(
    platform: Platform,
    stages: set[Stage],
    output: Output | None,
    previous: Output | None,
    today: date | None,
    disabled: frozenset[str],
) -> list[Finding]:
    day = today or date.today()
    rules = all_rules()
    inputs: dict[Stage, tuple[object, ...]] = {
        Stage.CATALOG: (platform,),
        Stage.DATED: (platform, day),
        Stage.HISTORY: (platform, previous),
        Stage.OUTPUT: (platform, output),
        Stage.CHANGE: (platform, output, previous),
    }
    findings: list[Finding] = []
    active = [rule for rule in rules.values() if rule.stage in stages and rule.code not in disabled]
    for rule in active:
        if rule.stage is not Stage.ACCEPTANCE:
            findings.extend(_of(rule, *inputs[rule.stage]))
    ran = {rule.code for rule in active}
    uses = declared(platform)
    findings = list(accepted(findings, uses, rules, day))
    # An acceptance of a rule that did not run in this step cannot be called idle, and what is wrong with it whether
    # its rule runs or not is said together with the catalog.
    whole = Stage.CATALOG in stages
    judged = [
        use for use in uses if use.acceptance.code in ran or (whole and _never_runs(rules.get(use.acceptance.code)))
    ]
    for rule in active:
        if rule.stage is Stage.ACCEPTANCE:
            findings.extend(_of(rule, uses if whole and rule.code == EXPIRED else judged, day))
    return sorted(_folded(findings, len(platform.environments)), key=lambda finding: finding.order)


def _never_runs(rule: Rule | None) -> bool:
    return rule is None or not rule.acceptable


def _of(rule: Rule, *arguments: object) -> Iterator[Finding]:
    if rule.check is None:
        return
    try:
        for finding in rule.check(*arguments):
            yield replace(finding, code=rule.code, severity=rule.severity)
    except Exception as error:
        error.add_note(f"in rule {rule.code}")
        raise


def _folded(findings: Iterable[Finding], environments: int) -> Iterator[Finding]:
    """Findings that hold in several environments once: with their names in `at`, or without any when in all."""
    groups: dict[Finding, list[str]] = {}
    for finding in findings:
        groups.setdefault(_plain(replace(finding, environment="")), []).append(finding.environment)
    for finding, names in groups.items():
        named = list(dict.fromkeys(name for name in names if name))
        if named and len(named) < environments:
            yield replace(finding, at=f"{finding.at} in {', '.join(named)}")
        else:
            yield finding


def _plain(finding: Finding) -> Finding:
    """`finding` with a value that can be compared and kept in a set."""
    try:
        hash(finding.value)
    except TypeError:
        return replace(finding, value=_frozen(finding.value))
    return finding


def _frozen(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
