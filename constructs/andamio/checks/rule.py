"""What a rule is, and the register of all rules by code."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from andamio.checks.finding import Finding, Severity
from andamio.checks.output import Output
from andamio.contract.platform import Platform

__all__ = [
    "CatalogCheck",
    "ChangeCheck",
    "DatedCheck",
    "HistoryCheck",
    "OutputCheck",
    "Rule",
    "Stage",
    "acceptance_rule",
    "change_rule",
    "dated_rule",
    "document",
    "history_rule",
    "output_rule",
    "register",
    "registered",
    "rule",
]

CatalogCheck: TypeAlias = Callable[[Platform], Iterable[Finding]]
DatedCheck: TypeAlias = Callable[[Platform, date], Iterable[Finding]]
HistoryCheck: TypeAlias = Callable[[Platform, Output], Iterable[Finding]]
OutputCheck: TypeAlias = Callable[[Platform, Output], Iterable[Finding]]
ChangeCheck: TypeAlias = Callable[[Platform, Output, Output], Iterable[Finding]]

F = TypeVar("F", bound=Callable[..., Iterable[Finding]])

_CODE = re.compile(r"AND\d{3}")


class Stage(StrEnum):
    """What a rule looks at."""

    LOADING = "loading"
    """The files of the catalog, while they are read."""

    CATALOG = "catalog"
    """The catalog."""

    DATED = "dated"
    """The catalog and today's date."""

    HISTORY = "history"
    """The catalog and what was synthesized before."""

    OUTPUT = "output"
    """What is synthesized."""

    CHANGE = "change"
    """What is synthesized and what was before."""

    ACCEPTANCE = "acceptance"
    """The acceptances themselves."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule."""

    code: str
    """Stable, such as `AND034`. A code that went is never given again."""

    severity: Severity
    title: str
    """What is asked for, in one line."""

    reason: str
    """Why, where each number comes from, and what to do: the docstring of its check."""

    stage: Stage
    theme: str
    """Module that holds it; its docstring is the heading in the reference."""

    acceptable: bool
    """Whether it may be accepted for one place."""

    check: Callable[..., Iterable[Finding]] | None
    """Yields the findings; None where loading does."""


_RULES: dict[str, Rule] = {}


def registered() -> dict[str, Rule]:
    """Every rule that was imported so far, by code; `andamio.checks.rules.all_rules` imports them all first."""
    return _RULES


def register(new: Rule) -> None:
    """Add a rule.

    Raises:
        ValueError: the code is malformed or taken, or the rule does not say why.
    """
    if not _CODE.fullmatch(new.code):
        raise ValueError(f"{new.code!r} is no code: AND and three digits")
    if new.code in _RULES:
        raise ValueError(f"{new.code} is taken by {_RULES[new.code].title!r}")
    if not new.reason.strip():
        raise ValueError(f"{new.code} does not say why")
    _RULES[new.code] = new


def rule(
    code: str, *, severity: Severity, title: str, acceptable: bool = True
) -> Callable[[CatalogCheck], CatalogCheck]:
    """A rule over the catalog: `check(platform)` yields findings. Its docstring is what `andamio explain` prints."""
    return _decorator(Stage.CATALOG, code, severity, title, acceptable)


def dated_rule(
    code: str, *, severity: Severity, title: str, acceptable: bool = True
) -> Callable[[DatedCheck], DatedCheck]:
    """A rule over the catalog on a day: `check(platform, today)`."""
    return _decorator(Stage.DATED, code, severity, title, acceptable)


def history_rule(
    code: str, *, severity: Severity, title: str, acceptable: bool = True
) -> Callable[[HistoryCheck], HistoryCheck]:
    """A rule over the catalog and the previous output: `check(platform, previous)`."""
    return _decorator(Stage.HISTORY, code, severity, title, acceptable)


def output_rule(
    code: str, *, severity: Severity, title: str, acceptable: bool = False
) -> Callable[[OutputCheck], OutputCheck]:
    """A rule over the output: `check(platform, output)`.

    By default it cannot be accepted: no catalog file can mend it.
    """
    return _decorator(Stage.OUTPUT, code, severity, title, acceptable)


def change_rule(
    code: str, *, severity: Severity, title: str, acceptable: bool = True
) -> Callable[[ChangeCheck], ChangeCheck]:
    """A rule over what changes: `check(platform, output, previous)`."""
    return _decorator(Stage.CHANGE, code, severity, title, acceptable)


def acceptance_rule(code: str, *, severity: Severity, title: str) -> Callable[[F], F]:
    """A rule over acceptances: `check(uses, today)`; see `andamio.checks.acceptances`. It can never be accepted."""
    return _decorator(Stage.ACCEPTANCE, code, severity, title, False)


def document(code: str, *, severity: Severity, title: str, stage: Stage, reason: str, theme: str) -> None:
    """Register a finding that something else than a rule yields, so that it can be explained. Never acceptable."""
    register(
        Rule(
            code=code,
            severity=severity,
            title=title,
            reason=inspect.cleandoc(reason),
            stage=stage,
            theme=theme,
            acceptable=False,
            check=None,
        )
    )


def _decorator(stage: Stage, code: str, severity: Severity, title: str, acceptable: bool) -> Callable[[Any], Any]:
    def decorate(check: F) -> F:
        register(
            Rule(
                code=code,
                severity=severity,
                title=title,
                reason=inspect.getdoc(check) or "",
                stage=stage,
                theme=check.__module__,
                acceptable=acceptable,
                check=check,
            )
        )
        return check

    return decorate
