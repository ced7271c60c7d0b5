"""The ConfigMap of a service, from which its environment variables come."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from andamio.cdk8s import Construct, kplus
from andamio.kubernetes import waves
from andamio.kubernetes.pod import metadata
from andamio.model import Service

__all__ = ["CHECKSUM", "ConfigMap", "checksum", "environment_variables"]

CHECKSUM = "checksum/configuration"
"""Annotation of a pod template that holds the digest of its ConfigMap, so that a change rolls the pods."""


def environment_variables(service: Service) -> dict[str, str]:
    """What a service finds in its environment: its configuration, by name, and what the platform knows better.

    `DATABASE_POOL_SIZE` is the number of connections that one replica may open to the pool, of a service with a
    database. A service calls another as `http://<name>.<name>`.
    """
    own = dict(service.config)
    if service.database is not None:
        own["DATABASE_POOL_SIZE"] = str(service.database.pool.client_connections)
    return dict(sorted(own.items()))


def checksum(data: Mapping[str, str]) -> str:
    """SHA-256 of a ConfigMap's data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(dict(data), sort_keys=True).encode()).hexdigest()


class ConfigMap(kplus.ConfigMap):
    """Environment variables of a service. Not secret: secrets are files."""

    def __init__(self, scope: Construct, id_: str, *, name: str, data: Mapping[str, str]) -> None:
        super().__init__(scope, id_, metadata=metadata(name, waves.FOUNDATION), data=dict(data))
