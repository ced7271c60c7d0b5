"""The secrets of the pipelines that run Terraform, in the environment's key store."""

from __future__ import annotations

from typing import Literal

from andamio.contract.secrets import SecretLink

__all__ = ["CI_KEYS", "PIPELINES", "Pipeline", "ci_link"]

Pipeline = Literal["plan", "apply"]
"""What a pipeline of an environment does."""

PIPELINES: tuple[Pipeline, ...] = ("plan", "apply")

CI_KEYS = ("client_id", "client_secret", "access_key_id", "secret_access_key")
"""Keys of a pipeline's identity: an OAuth2 client of the API, and an S3 credential for the state."""


def ci_link(pipeline: Pipeline) -> SecretLink:
    """The identity of a pipeline; a person copies it into the secrets of the CI service."""
    return SecretLink(path=f"ci/{pipeline}", keys=CI_KEYS)
