"""Secrets in an environment's key store that the cluster needs before External Secrets runs."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.contract.secrets import SecretLink
from andamio.model import Repository

__all__ = ["PlatformSecret", "argocd_oidc", "argocd_repository", "key_store_token_link", "manual_secrets"]


@dataclass(frozen=True, kw_only=True)
class PlatformSecret:
    """A secret of the platform that a person puts into the environment's key store."""

    link: SecretLink
    instructions: str
    """Where a person gets it and who may."""


def key_store_token_link() -> SecretLink:
    """The read-only token by which External Secrets reads the key store; the keys stack writes it."""
    return SecretLink(path="platform/key-store-token", keys=("token",))


def argocd_repository(repository: Repository) -> PlatformSecret:
    """Argo CD's read access to the git repository: a deploy key over SSH, a token over HTTPS."""
    ssh = not repository.url.startswith("https://")
    return PlatformSecret(
        link=SecretLink(
            path="platform/argocd-repository",
            keys=("sshPrivateKey",) if ssh else ("username", "password"),
            writer="person",
        ),
        instructions=(
            f"Make a deploy key that may only read {repository.url}, and put its private half here as sshPrivateKey."
            if ssh
            else f"Make a token that may only read {repository.url}, and put it here as password with its username."
        ),
    )


def argocd_oidc() -> PlatformSecret:
    """The client secret by which Argo CD logs people in."""
    return PlatformSecret(
        link=SecretLink(path="platform/argocd-oidc", keys=("clientSecret",), writer="person"),
        instructions="Take the secret of Argo CD's client from the single sign-on; its administrators may.",
    )


def manual_secrets(repository: Repository) -> tuple[PlatformSecret, ...]:
    """What a person has to put into an environment's key store before its gitops stack is deployed."""
    return (argocd_repository(repository), argocd_oidc())
