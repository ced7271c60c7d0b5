"""Acceptances: a finding that is known, with a reason and a last day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import lists
from andamio.checks.rule import Rule, acceptance_rule, registered
from andamio.contract.platform import Platform
from andamio.model import Acceptance

__all__ = ["EXPIRED", "Use", "accepted", "declared"]


EXPIRED = "AND006"
"""The code of an acceptance whose last day is over."""


@dataclass
class Use:
    """One acceptance of the catalog, and what it was good for in this run."""

    acceptance: Acceptance
    owner: str
    """What declares it: `service:orders`, `environment:dev` or `shared`."""

    name: str
    """What the owner's fields begin with in findings."""

    file: str
    index: int
    files: frozenset[str]
    """Files whose findings it may silence."""

    matched: bool = False

    @property
    def at(self) -> str:
        """Where it stands."""
        return f"{self.name}.accepted[{self.index}]"

    def matches(self, finding: Finding) -> bool:
        """Whether it is about `finding`."""
        if finding.code != self.acceptance.code or finding.file not in self.files:
            return False
        own = finding.at == self.name or finding.at.startswith(f"{self.name}.")
        if finding.file == self.file and not own and self.owner != f"environment:{finding.environment}":
            return False
        field, _, environment = self.acceptance.at.partition(" in ")
        if environment and environment != finding.environment:
            return False
        return not field or any(_covers(start, finding.at) for start in (field, f"{self.name}.{field}"))


def _covers(field: str, at: str) -> bool:
    return at == field or at.startswith((f"{field}.", f"{field}["))


def declared(platform: Platform) -> list[Use]:
    """Every acceptance of the catalog, unused."""
    uses: list[Use] = []

    def add(owner: str, name: str, file: str, acceptances: tuple[Acceptance, ...], *more: str) -> None:
        files = frozenset((file, *more))
        for items in lists(acceptances):
            uses.extend(
                Use(acceptance=acceptance, owner=owner, name=name, file=file, index=index, files=files)
                for index, acceptance in enumerate(items)
            )

    for service in platform.services:
        add(f"service:{service.name}", service.name, platform.file("service", service.name), service.accepted)
    for environment in platform.environments:
        name = environment.name
        more = (platform.file("release", name), platform.file("cloud", name))
        add(f"environment:{name}", name, platform.file("environment", name), environment.accepted, *more)
    add("shared", "shared", platform.file("shared"), platform.shared.accepted)
    return uses


def accepted(
    findings: Iterable[Finding], uses: Sequence[Use], rules: dict[str, Rule], today: date
) -> Iterator[Finding]:
    """Those of `findings` that no acceptance silences; marks the acceptances that match one."""
    by_code: dict[str, list[Use]] = {}
    for use in uses:
        by_code.setdefault(use.acceptance.code, []).append(use)
    for finding in findings:
        silenced = False
        for use in by_code.get(finding.code, ()):
            if rules[finding.code].acceptable and use.matches(finding):
                use.matched = True
                silenced = silenced or use.acceptance.until >= today
        if not silenced:
            yield finding


@acceptance_rule(EXPIRED, severity=Severity.ERROR, title="An acceptance holds until its last day")
def expired(uses: Sequence[Use], today: date) -> Iterator[Finding]:
    """An acceptance is a loan: after its last day the finding counts again, and the acceptance is one more.

    Mend what was accepted and delete the acceptance, or accept it anew with a reason that still holds.
    """
    for use in uses:
        if use.acceptance.until < today:
            yield Finding(
                file=use.file,
                at=f"{use.at}.until",
                value=use.acceptance.until.isoformat(),
                means=f"the acceptance of {use.acceptance.code} has expired",
                fix="Mend the finding and delete the acceptance, or give a new date and a reason that holds today",
            )


@acceptance_rule("AND007", severity=Severity.WARNING, title="An acceptance accepts something")
def idle(uses: Sequence[Use], today: date) -> Iterator[Finding]:
    """An acceptance that matches no finding is left over, or misspells its field, and would hide a later mistake.

    `at` is a field as findings write it (`scaling.min`, or `scaling.min in production` for one environment); without
    it the whole file is meant.
    """
    rules = registered()
    for use in uses:
        rule = rules.get(use.acceptance.code)
        if rule is not None and rule.acceptable and not use.matched and use.acceptance.until >= today:
            yield Finding(
                file=use.file,
                at=use.at,
                value=use.acceptance.code,
                means=f"accepts a finding of {use.acceptance.code} that is not there",
                fix="Delete it, or mend its `at`",
            )


@acceptance_rule("AND008", severity=Severity.ERROR, title="Only what may be accepted is")
def refused(uses: Sequence[Use], today: date) -> Iterator[Finding]:
    """Some rules take no acceptance: those without which nothing can be built or trusted.

    A name that is unknown stays unknown however good the reason is, and a rule over the output guards against mistakes
    of the constructs, which no catalog file can mend. `andamio explain CODE` says whether a rule may be accepted.
    """
    rules = registered()
    for use in uses:
        code = use.acceptance.code
        if code not in rules:
            fix = did_you_mean(code, rules) or "Delete it; `docs/reference/checks.md` lists all codes"
            yield Finding(file=use.file, at=f"{use.at}.code", value=code, means="no rule has that code", fix=fix)
        elif not rules[code].acceptable:
            yield Finding(
                file=use.file,
                at=f"{use.at}.code",
                value=code,
                means=f"{code} ({rules[code].title}) can never be accepted",
                fix="Delete the acceptance and mend the finding",
            )
