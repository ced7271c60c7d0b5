"""What looks like a secret in a text."""

from __future__ import annotations

import re

__all__ = ["looks_secret"]

_KINDS = (
    ("PRIVATE KEY-----", "a private key", re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")),
    ("AKIA", "an access key", re.compile(r"\bAKIA[0-9A-Z]{16}\b")),
    ("gh", "a token of a git service", re.compile(r"\bgh[pousr]_[A-Za-z0-9]{30,}")),
    ("glpat-", "a token of a git service", re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}")),
    ("xox", "a token of a chat service", re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}")),
    ("k_live_", "a key of a payment service", re.compile(r"\b[sr]k_live_[A-Za-z0-9]{16,}")),
    ("eyJ", "a signed token", re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.")),
    ("://", "a URL with a password", re.compile(r"://[^\s/:@\"'${}\\]+:[^\s/@\"'${}\\]+@")),
)
"""What every such secret has in it, which is found fast; what it is; and how it looks."""


def looks_secret(text: str) -> str | None:
    """What a secret in `text` looks like, in words; None when nothing does. Placeholders in a URL are no password."""
    return next((words for mark, words, pattern in _KINDS if mark in text and pattern.search(text)), None)
