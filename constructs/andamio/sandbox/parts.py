"""What the parts of a sandbox are called, in its record, its folder and its messages."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ARGO_CD",
    "CHARTS",
    "EXTERNAL_SECRETS",
    "GIT",
    "KEYS",
    "OF_AN_ENVIRONMENT",
    "OPERATORS",
    "PLANE",
    "STORAGE",
]

STORAGE: Final = "object-storage"
"""Shared: S3 for Terraform's states."""

KEYS: Final = "key-store"
"""Shared: the key store's API over the imitated cloud."""

GIT: Final = "git-remote"
"""Shared: the remote that Argo CD reads."""

CHARTS: Final = "chart-repository"
"""Shared: the repository of stand-in charts."""

PLANE: Final = "control-plane"
"""Of an environment: its Kubernetes control plane."""

EXTERNAL_SECRETS: Final = "external-secrets"
"""Of an environment: its External Secrets operator."""

ARGO_CD: Final = "argo-cd"
"""Of an environment: its Argo CD."""

OPERATORS: Final = "operators"
"""Of an environment: what stands in for operators that do not run."""

OF_AN_ENVIRONMENT: Final = (PLANE, EXTERNAL_SECRETS, ARGO_CD, OPERATORS)
"""All that an environment has, in the order of its start."""
