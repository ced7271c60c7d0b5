"""The ServiceAccount of a service."""

from __future__ import annotations

from .shop import built, find, service


def test_the_account_has_no_token() -> None:
    assert find(built(service()), "ServiceAccount")["automountServiceAccountToken"] is False
