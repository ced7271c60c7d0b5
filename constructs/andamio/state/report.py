"""What an examination found: what is well, what is wrong, why that matters and how it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Report", "Trouble"]


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One thing that is wrong."""

    code: str
    """Its kind, stable, for machines: `versioning-off`."""

    what: str
    """What is wrong, a sentence."""

    why: str
    """Why it matters, a sentence."""

    mend: tuple[str, ...] = ()
    """Commands, and lines that begin with `#` and say what to look at between them."""


@dataclass
class Report:
    """The result of an examination."""

    facts: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def well(self, fact: str) -> None:
        """Note what is well."""
        self.facts.append(fact)

    def wrong(self, code: str, what: str, why: str, *mend: str) -> None:
        """Note what is wrong; each kind with the same words once."""
        trouble = Trouble(code=code, what=what, why=why, mend=mend)
        if trouble not in self.troubles:
            self.troubles.append(trouble)

    def lines(self) -> Iterator[str]:
        """The report for people."""
        yield from (f"ok     {fact}" for fact in self.facts)
        for trouble in self.troubles:
            yield ""
            yield f"wrong  {trouble.code}: {trouble.what}"
            yield f"       {trouble.why}"
            yield from (f"         {line}" for line in trouble.mend)
        yield ""
        count = len(self.troubles)
        yield "All is well." if not count else f"{count} {'thing is' if count == 1 else 'things are'} wrong."
