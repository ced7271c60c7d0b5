"""The model: pure data that describes environments and services. Imports nothing else of Andamio."""

from andamio.model.acceptance import Acceptance
from andamio.model.base import Model
from andamio.model.environment import (
    Cluster,
    Domain,
    Environment,
    KeyStore,
    Network,
    NodePool,
    Oidc,
    State,
    Taint,
)
from andamio.model.network import Egress, Route
from andamio.model.per_env import PerEnv, per_env
from andamio.model.release import Image, Release
from andamio.model.secrets import ManualSecret
from andamio.model.service import Service
from andamio.model.shared import Registry, Repository, Shared, SingleSignOn, Team
from andamio.model.stores import Cache, KafkaCluster, Pool, Postgres, PostgresCluster, Topic, ValkeyCluster
from andamio.model.tombstone import Tombstone
from andamio.model.workload import Http, Migration, Probe, Probes, Resources, Scaling, Schedule, Scratch

__all__ = [
    "Acceptance",
    "Cache",
    "Cluster",
    "Domain",
    "Egress",
    "Environment",
    "Http",
    "Image",
    "KafkaCluster",
    "KeyStore",
    "ManualSecret",
    "Migration",
    "Model",
    "Network",
    "NodePool",
    "Oidc",
    "PerEnv",
    "Pool",
    "Postgres",
    "PostgresCluster",
    "Probe",
    "Probes",
    "Registry",
    "Release",
    "Repository",
    "Resources",
    "Route",
    "Scaling",
    "Schedule",
    "Scratch",
    "Service",
    "Shared",
    "SingleSignOn",
    "State",
    "Taint",
    "Team",
    "Tombstone",
    "Topic",
    "ValkeyCluster",
    "per_env",
]
