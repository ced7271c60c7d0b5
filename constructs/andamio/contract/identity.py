"""How people who log in by OpenID Connect appear in a cluster."""

from __future__ import annotations

__all__ = ["OIDC_PREFIX", "cluster_group"]

OIDC_PREFIX = "oidc:"
"""What the API server puts before the names of people and groups that the login tells.

Without it, a group of the login named `system:masters` would rule the cluster (Kubernetes documentation,
Authenticating, OpenID Connect tokens).
"""


def cluster_group(group: str) -> str:
    """The name of a login's group in RBAC."""
    return f"{OIDC_PREFIX}{group}"
