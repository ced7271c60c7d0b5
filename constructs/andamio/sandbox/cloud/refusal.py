"""How the imitated cloud says no."""

from __future__ import annotations

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818 - the cloud's word, not a mistake of the program
    """The cloud does not do what it was asked to.

    Args:
        what: What it does not do and why, in one sentence.
        source: Where OVHcloud says so; or that the rule is inferred or the sandbox's own, and from what.
    """

    def __init__(self, what: str, *, source: str) -> None:
        super().__init__(what)
        self.what = what
        self.source = source

    @property
    def detail(self) -> str:
        """The sentence with its source."""
        return f"{self.what[:1].upper()}{self.what[1:]}. Source: {self.source}."
