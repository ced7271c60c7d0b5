"""What looks like a secret in a text."""

from __future__ import annotations

import re

__all__ = ["looks_secret"]

_KINDS = (
    ("key", "a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    ("aws", "an access key", r"\bAKIA[0-9A-Z]{16}\b"),
    ("git", "a token of a git service", r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|glpat-[A-Za-z0-9_-]{20,})"),
    ("chat", "a token of a chat service", r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    ("pay", "a key of a payment service", r"\b[sr]k_live_[A-Za-z0-9]{16,}"),
    ("jwt", "a signed token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\."),
    ("url", "a URL with a password", r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'${}]+:[^\s/@\"'${}]+@"),
)
_ANY = re.compile("|".join(f"(?P<{name}>{pattern})" for name, _, pattern in _KINDS))
_WORDS = {name: words for name, words, _ in _KINDS}


def looks_secret(text: str) -> str | None:
    """What a secret in `text` looks like, in words; None when nothing does. Placeholders in a URL are no password."""
    found = _ANY.search(text)
    return _WORDS[found.lastgroup] if found and found.lastgroup else None
