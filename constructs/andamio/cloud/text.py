"""Plain text in Terraform's JSON, where `${` and `%{` begin an expression."""

from __future__ import annotations

__all__ = ["plain"]


def plain(text: str) -> str:
    """`text` so that Terraform takes it as it is."""
    return text.replace("${", "$${").replace("%{", "%%{")
