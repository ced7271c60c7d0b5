"""Rules for people: one explained, and the reference page of all."""

from __future__ import annotations

import importlib
import inspect

from andamio.checks.finding import did_you_mean
from andamio.checks.rule import Rule, Stage
from andamio.checks.rules import THEMES, all_rules

__all__ = ["explain", "reference"]

_STAGES = {
    Stage.LOADING: "while the catalog is read",
    Stage.CATALOG: "over the catalog",
    Stage.DATED: "over the catalog, on the day of the run",
    Stage.HISTORY: "over the catalog and what was synthesized before",
    Stage.OUTPUT: "over what is synthesized",
    Stage.CHANGE: "over what is synthesized and what was before",
    Stage.ACCEPTANCE: "over acceptances",
}

_HEAD = """# Checks

<!-- Made by `python -m andamio.checks`; do not edit. -->

`andamio check` and `andamio synth` report every finding of all rules at once, sorted by file. An error stops the
synthesis and leaves `dist/` as it was; a warning does not. `andamio explain CODE` prints one of the rules below.

A finding may be accepted for a time in the file that it is in: in a service, in an environment (for its release and
cloud files too) or in what is shared:

```python
accepted=(
    Acceptance(code="AND103", at="publishes[0]", reason="the data team reads it from March on", until=date(2030, 3, 1)),
),
```

`at` is a field as the finding writes it, with ` in production` for one environment; without it the whole file is meant.
After its last day an acceptance is an error (AND006). Rules that say so can never be accepted.
"""


def explain(code: str) -> str:
    """What one rule asks for, why, and how to mend a finding.

    Raises:
        LookupError: no rule has that code; the message names the nearest.
    """
    rules = all_rules()
    found = rules.get(code.upper())
    if found is None:
        hint = did_you_mean(code.upper(), rules) or "docs/reference/checks.md lists them all."
        raise LookupError(f"no rule has the code {code}. {hint}")
    return f"{found.code} {found.title}\n{_kind(found)}\n\n{found.reason}\n"


def reference() -> str:
    """The page `docs/reference/checks.md`: every rule by theme."""
    parts = [_HEAD]
    for theme in THEMES:
        module = importlib.import_module(f"andamio.checks.{theme}")
        heading = (inspect.getdoc(module) or theme).splitlines()[0].rstrip(".")
        parts.append(f"## {heading}\n")
        for rule in all_rules().values():
            if rule.theme == module.__name__:
                parts.append(f"### {rule.code}: {rule.title}\n\n*{_kind(rule)}*\n\n{rule.reason}\n")
    return "\n".join(parts)


def _kind(rule: Rule) -> str:
    accepted = "may be accepted for a time" if rule.acceptable else "can never be accepted"
    return f"{rule.severity.capitalize()}, {_STAGES[rule.stage]}; {accepted}."
