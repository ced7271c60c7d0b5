"""What is taken for a secret, and what is not."""

from __future__ import annotations

import pytest

from andamio.checks.run import run
from andamio.checks.secrecy import looks_secret
from tests.checks.planting import BASE
from tests.checks.shop import TODAY

SECRETS = [
    "-----BEGIN " + "RSA PRIVATE KEY-----",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "ghp_" + "a" * 36,
    "glpat-" + "a" * 20,
    "xoxb-" + "1234567890-abc",
    "sk_live_" + "a" * 20,
    "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "x",
    "postgres://orders:" + "hunter2@db.shop.example/orders",
]
HARMLESS = [
    "https://api.shop.example:8443/v1",
    "postgres://db.shop.example:5432/orders",
    "postgres://${user}:${password}@db.shop.example",
    "BEGIN PUBLIC KEY",
    "12e0345",
    "git@git.shop.example:platform.git",
    "",
]


@pytest.mark.parametrize("text", SECRETS)
def test_what_looks_like_a_secret_is_one(text: str) -> None:
    assert looks_secret(f"before {text} after")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_not_is_none(text: str) -> None:
    assert looks_secret(text) is None


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("SMTP_PASSWORD", "hunter2!", True),
        ("STRIPE_API_KEY", "abc123xyz", True),
        ("SESSION_SECRET", "correct horse", True),
        ("PRIVATE_SIGNING_KEY", "abc", True),
        ("SMTP_PASSWORD", "", False),
        ("SMTP_PASSWORD", "/run/secrets/smtp/password", False),
        ("USE_TOKEN", "true", False),
        ("ACCESS_TOKEN", "3600", False),
        ("ACCESS_TOKEN", "15m", False),
        ("TOKEN_URL", "https://login.shop.example/token", False),
        ("CACHE_KEY", "orders", False),
        ("PUBLIC_KEY", "abc", False),
        ("DSN", "postgres://orders:" + "hunter2@db/orders", True),
    ],
)
def test_names_and_values_of_configuration(key: str, value: str, found: bool) -> None:
    findings = run(BASE.service("stock", config={key: value}).platform(), today=TODAY)
    assert [finding.code for finding in findings] == ["AND091"] * found
    assert not value or all(value not in str(finding) for finding in findings), "a secret is never shown"
