"""The defaults that depend on an environment's tier, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from andamio.model.stores import PostgresCluster
from andamio.model.types import EnvironmentTier, Tier

__all__ = ["DEFAULTS", "environment_default", "service_defaults"]

_DEVELOPMENT: Mapping[str, object] = MappingProxyType(
    {
        "scaling_min": 1,
        "scaling_max": 2,
        "pool_size": 5,
        "placement": "shared",
        "secret_refresh": 300,
        "topic_replication": 2,
        "deletion_protection": False,
        "gateway": "s",
        "postgres": PostgresCluster(plan="essential", flavor="db1-7", deletion_protection=False),
        "valkey_plan": "essential",
        "valkey_flavor": "db1-4",
        "kafka_plan": "business",
        "kafka_flavor": "db1-4",
    }
)
_STAGING: Mapping[str, object] = MappingProxyType(
    {
        **_DEVELOPMENT,
        "scaling_min": 2,
        "scaling_max": 4,
        "pool_size": 20,
        "secret_refresh": 900,
        "topic_replication": 3,
        "deletion_protection": True,
        "postgres": PostgresCluster(plan="business", flavor="db1-15", deletion_protection=True),
        "valkey_plan": "business",
    }
)
_PRODUCTION: Mapping[str, object] = MappingProxyType(
    {
        **_STAGING,
        "gateway": "l",
        "placement": {"critical": "dedicated", "standard": "shared", "best-effort": "shared"},
        "postgres": PostgresCluster(plan="advanced", flavor="b3-32", deletion_protection=True),
        "valkey_plan": "production",
        "valkey_flavor": "b3-8",
        "kafka_plan": "advanced",
        "kafka_flavor": "b3-16",
    }
)

DEFAULTS: Mapping[EnvironmentTier, Mapping[str, object]] = MappingProxyType(
    {"development": _DEVELOPMENT, "staging": _STAGING, "production": _PRODUCTION}
)
"""Tier → default → value; a value that is a mapping goes on by the service's own tier.

Development is cheap and may be lost. Staging has production's shape at a smaller size: two replicas, two database
nodes, protection from deletion. Production has three database nodes and keeps backups for 30 days (`advanced`).
"""


def environment_default(tier: EnvironmentTier, key: str) -> object:
    """The default `key` of an environment of `tier`."""
    return DEFAULTS[tier][key]


def service_defaults(environment: EnvironmentTier, service: Tier) -> Callable[[str], object]:
    """The defaults of a service of tier `service` in an environment of tier `environment`."""

    def default(key: str) -> object:
        value = DEFAULTS[environment][key]
        return value[service] if isinstance(value, dict) else value

    return default
