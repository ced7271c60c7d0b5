"""Configuration and secrets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity
from andamio.checks.own_text import program_texts
from andamio.checks.places import at_service, each
from andamio.checks.rule import rule
from andamio.checks.secrecy import looks_secret
from andamio.contract.names import IMAGE_PULL_SECRET
from andamio.contract.platform import Platform

_KEPT_SECRETS = ("database", "database-owner", "cache", "events", IMAGE_PULL_SECRET)
"""Secrets that the platform puts into a service's namespace."""

_INJECTED = ("DATABASE_POOL_SIZE",)
"""Variables that the platform sets."""

_SECRET_WORDS = frozenset(
    {"PASSWORD", "PASSWD", "PASSPHRASE", "PWD", "SECRET", "TOKEN", "APIKEY", "CREDENTIAL", "CREDENTIALS", "PRIVATE"}
)
_SECRET_ENDS = ("API_KEY", "ACCESS_KEY", "SECRET_KEY", "SIGNING_KEY", "ENCRYPTION_KEY")
_HARMLESS = re.compile(r"|true|false|yes|no|on|off|\d+[smhd]?|/.*|[a-z]+://[^\s:@]+", re.IGNORECASE)
"""Values that are no secret: empty, a switch, a number or duration, a path, a URL without a password."""

_REFERENCE = re.compile(r"TfToken\[|[$%]\{\s*(data\.)?(harbor|helm|ovh|terraform)_\w+\.")
"""A token of cdktf, or the address of something of a provider that the platform uses."""

_LONGEST_KEY = 253
"""Characters of a key of a ConfigMap or Secret (Kubernetes: API validation, as long as a DNS subdomain)."""
_LONGEST_CONFIG = 1024 * 1024
"""Bytes of a ConfigMap at most (Kubernetes' documentation)."""


@rule("AND090", severity=Severity.ERROR, title="A person's secret has a name of its own", acceptable=False)
def secrets_have_free_names(platform: Platform) -> Iterator[Finding]:
    """A second secret of one name would overwrite the first.

    Secrets are files under `/run/secrets/<name>/`, and the platform uses some names itself: `database`,
    `database-owner`, `cache`, `events`, `registry-pull`. A second one of a name would overwrite the first.
    """
    for view, service in each(platform):
        names = Counter(secret.name for secret in service.secrets)
        for index, secret in enumerate(service.secrets):
            kept = secret.name in _KEPT_SECRETS
            if kept or names[secret.name] > 1:
                yield at_service(
                    platform,
                    service,
                    f"secrets[{index}].name",
                    environment=view.environment,
                    value=secret.name,
                    means="the platform makes a secret of that name" if kept else "two secrets have that name",
                    fix="Choose another name",
                )


@rule("AND091", severity=Severity.ERROR, title="Configuration holds no secrets")
def configuration_is_not_secret(platform: Platform) -> Iterator[Finding]:
    """Configuration is committed, and stands in a ConfigMap that everyone who may look at the namespace reads.

    A name such as `SMTP_PASSWORD` or `API_TOKEN` with a literal value, or a value that looks like a key or a URL with a
    password in it, is taken for a secret. Switches, numbers, paths and plain URLs are not. The value is never shown.
    """
    for view, service in each(platform):
        for key, value in service.config.items():
            means = ""
            if _secret_name(key) and not _HARMLESS.fullmatch(value):
                means = "the name says that it is a secret, and it would be readable by everyone"
            elif kind := looks_secret(value):
                means = f"the value looks like {kind}, and it would be readable by everyone"
            if means:
                yield at_service(
                    platform,
                    service,
                    f'config["{key}"]',
                    environment=view.environment,
                    means=means,
                    fix="Declare secrets=(ManualSecret(name=…, keys=(…,), instructions=…),) and read the file",
                )


@rule("AND092", severity=Severity.ERROR, title="Configuration leaves the platform's variables alone")
def configuration_is_free(platform: Platform) -> Iterator[Finding]:
    """A variable that the platform sets would be overwritten.

    `DATABASE_POOL_SIZE` is set by the platform from `database.pool.client_connections`, so that a service opens as many
    connections as the rules counted. A value under `config` would be overwritten.
    """
    for view, service in each(platform):
        for key in _INJECTED:
            if key in service.config and service.database is not None:
                yield at_service(
                    platform,
                    service,
                    f'config["{key}"]',
                    environment=view.environment,
                    value=service.config[key],
                    means="the platform sets it, and overwrites the value",
                    fix="Set database=Postgres(pool=Pool(client_connections=…)) instead",
                )


@rule("AND095", severity=Severity.ERROR, title="What a program gets has no references of Terraform")
def programs_get_no_references(platform: Platform) -> Iterator[Finding]:
    """Terraform's values do not reach Kubernetes objects: a container would get the reference as text.

    What only Terraform knows comes through a secret or `catalog/cloud/`. Other text in braces, such as `${HOME}`, goes
    to the container as it stands, for its shell or its framework to fill in.
    """
    for view, service in each(platform):
        for field, text in program_texts(service):
            if _REFERENCE.search(text):
                yield at_service(
                    platform,
                    service,
                    field,
                    environment=view.environment,
                    value=text,
                    means="has a reference that nothing fills in",
                    fix="Write the value, by per_env where it differs, or read it from a secret",
                )


@rule("AND096", severity=Severity.ERROR, title="Configuration fits a ConfigMap")
def configuration_is_small(platform: Platform) -> Iterator[Finding]:
    """A ConfigMap holds 1 MiB (Kubernetes' documentation). Larger data belongs into the image or a bucket.

    The name of a variable is a key of it, of at most 253 characters (Kubernetes: API validation).
    """
    for view, service in each(platform):
        for key in service.config:
            if len(key) > _LONGEST_KEY:
                yield at_service(
                    platform,
                    service,
                    "config",
                    environment=view.environment,
                    value=key,
                    means=f"the name has {len(key)} characters, more than {_LONGEST_KEY}",
                    fix="Choose a shorter name",
                )
        size = sum(len(key) + len(value.encode()) for key, value in service.config.items())
        if size > _LONGEST_CONFIG:
            yield at_service(
                platform,
                service,
                "config",
                environment=view.environment,
                value=size,
                means="bytes are more than a ConfigMap holds",
                fix="Put the data into the image or a bucket",
            )


@rule("AND097", severity=Severity.ERROR, title="A secret's keys are names of files, each once", acceptable=False)
def keys_are_files(platform: Platform) -> Iterator[Finding]:
    """Each key of a secret becomes a file, and Kubernetes refuses a Secret of which one cannot.

    A key has 253 characters at most, is not `.` and does not begin with `..` (Kubernetes: API validation of Secrets).
    """
    for view, service in each(platform):
        for index, secret in enumerate(service.secrets):
            for at, key in enumerate(secret.keys):
                means = ""
                if key in secret.keys[:at]:
                    means = "stands there twice"
                elif key == "." or key.startswith(".."):
                    means = "is no name of a file"
                elif len(key) > _LONGEST_KEY:
                    means = f"has {len(key)} characters, more than {_LONGEST_KEY}"
                if means:
                    yield at_service(
                        platform,
                        service,
                        f"secrets[{index}].keys[{at}]",
                        environment=view.environment,
                        value=key,
                        means=means,
                        fix="Leave it out, or give it another name",
                    )


def _secret_name(key: str) -> bool:
    words = key.split("_")
    return words[-1] in _SECRET_WORDS or key.endswith(_SECRET_ENDS) or ("PRIVATE" in words and words[-1] == "KEY")
