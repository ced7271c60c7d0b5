"""What goes wrong with a sandbox, in words that say what to do."""

from __future__ import annotations

__all__ = ["SandboxError", "UnknownNameError"]


class SandboxError(Exception):
    """The sandbox cannot do what it was asked; the text says why and what to do."""


class UnknownNameError(SandboxError):
    """There is no environment, fault or log of that name; the call was wrong."""
