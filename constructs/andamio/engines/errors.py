"""What goes wrong with engines, in words that say what to do."""

from __future__ import annotations

__all__ = ["PORT_TAKEN", "AnswerError", "BuildError", "EngineError", "MissingEngineError", "StartError"]


PORT_TAKEN = "address already in use"
"""What programs say where another one listens on their port."""


class EngineError(Exception):
    """An engine cannot be had or does not run; the text says why and what to do."""


class MissingEngineError(EngineError):
    """An engine is neither on the machine nor built.

    Args:
        name: Which.
        why: Why, with what to do. Default: that it can be built.
    """

    def __init__(self, name: str, why: str = "") -> None:
        super().__init__(
            why or f"{name} is neither on this machine nor built. Run `andamio engines install {name}` (it needs Go)."
        )
        self.name = name


class AnswerError(EngineError, LookupError):
    """An API server did not answer with what was asked for; the text is its own."""


class BuildError(EngineError):
    """An engine could not be built."""


class StartError(EngineError):
    """A program of a control plane did not start; the text holds the end of its log."""
