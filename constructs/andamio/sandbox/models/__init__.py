"""One class a resource type: what OVHcloud computes for it and what it refuses."""

from andamio.sandbox.models import (
    clusters,
    database_content,
    databases,
    dns,
    harbor,
    helm,
    identity,
    keys,
    network,
    registry,
    storage,
)

__all__ = [
    "clusters",
    "database_content",
    "databases",
    "dns",
    "harbor",
    "helm",
    "identity",
    "keys",
    "network",
    "registry",
    "storage",
]
