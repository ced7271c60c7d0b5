"""An environment: region, network, cluster, pools, stores and domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from andamio.model.acceptance import Acceptance
from andamio.model.base import Model
from andamio.model.defaults import environment_default
from andamio.model.per_env import from_tier
from andamio.model.stores import KafkaCluster, PostgresCluster, ValkeyCluster
from andamio.model.types import Cidr, DnsName, EnvironmentName, EnvironmentTier, OvhProject

__all__ = ["Cluster", "Domain", "Environment", "KeyStore", "Network", "NodePool", "Oidc", "State", "Taint"]


class Network(Model):
    """The private network of an environment and the ranges inside its cluster. None may overlap another."""

    nodes: Cidr
    """Subnet of nodes, databases and load balancers."""

    pods: Cidr = "10.240.0.0/13"
    """Range of pod addresses. Default: OVHcloud's own for the standard plan."""

    services: Cidr = "10.3.0.0/16"
    """Range of Service addresses. Default: OVHcloud's own."""

    vlan: Annotated[int, Field(ge=0, le=4000)] = 0
    """VLAN in the project's private network (vRack). Default: 0, untagged."""

    gateway: Literal["s", "m", "l", "xl", "2xl", "3xl"] = from_tier("gateway")
    """Size of the gateway through which everything leaves. Default: by tier."""


class Oidc(Model):
    """Login to the Kubernetes API by OpenID Connect."""

    issuer: Annotated[str, Field(pattern=r"^https://")]
    """URL of the issuer."""

    client: str
    """Id of the client registered there."""

    username_claim: str = "email"
    """Claim that names a person. Default: `email`."""

    groups_claim: str = "groups"
    """Claim that lists a person's groups. Default: `groups`."""


class Cluster(Model):
    """The managed Kubernetes cluster."""

    version: Annotated[str, Field(pattern=r"^1\.\d{2}$")]
    """Minor version, such as `1.35`. OVHcloud upgrades one minor at a time and never goes back."""

    plan: Literal["standard", "free"] = "standard"
    """Standard: control plane of its own, Cilium, service-level agreement. It can never be changed.
    Default: standard."""

    update_policy: Literal["ALWAYS_UPDATE", "MINIMAL_DOWNTIME", "NEVER_UPDATE"] = "MINIMAL_DOWNTIME"
    """When OVHcloud installs patch versions. Default: when it causes no downtime."""

    api_allow: tuple[Cidr, ...]
    """Who may reach the Kubernetes API, beside the environment's own gateway."""

    oidc: Oidc
    """How people log in."""

    audit_stream: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] | None = None
    """Id (a UUID) of a Logs Data Platform stream that receives the audit log. Default: none."""


class Taint(Model):
    """A mark on nodes that keeps away pods that do not tolerate it."""

    key: str
    """Key of the taint."""

    value: str = ""
    """Value. Default: empty."""

    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = "NoSchedule"
    """Default: pods that do not tolerate it are not scheduled."""


class NodePool(Model):
    """Nodes of one kind. In a three-zone region it becomes one pool a zone, as OVHcloud asks."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,20}$")]
    """Its name."""

    role: Literal["system", "applications"]
    """Whether it carries the platform's own workloads or the services."""

    flavor: str
    """Size of a node, such as `b3-16`."""

    min: Annotated[int, Field(ge=0, le=100)]
    """Nodes at least, **per zone**."""

    max: Annotated[int, Field(ge=1, le=100)]
    """Nodes at most, **per zone**."""

    labels: Mapping[str, str] = {}
    """Labels of each node, beside `andamio.dev/pool`. Default: none."""

    taints: tuple[Taint, ...] = ()
    """Taints of each node. Default: none."""


class Domain(Model):
    """Where the environment's public hosts live."""

    name: DnsName
    """Domain under which hosts are made, such as `dev.tienda.example`."""

    zone: DnsName
    """The DNS zone at OVHcloud that holds it. Rights go no finer than a zone, so production has its own."""


class State(Model):
    """The bucket that holds the Terraform state of the environment's stacks."""

    region: str
    """Object storage region, such as `GRA`."""

    keep_days: Annotated[int, Field(ge=7)] = 90
    """Days for which replaced versions are kept. Default: 90."""


class KeyStore(Model):
    """An OVHcloud KMS domain that keeps secrets."""

    region: str
    """Region of the key store, such as `eu-west-rbx`."""


class Environment(Model):
    """One environment, in a Public Cloud project of its own: rights and costs go no finer at OVHcloud."""

    same_everywhere: ClassVar[frozenset[str]] = frozenset({"name", "tier"})

    name: EnvironmentName
    """Its name; it stands in cloud names, folders and `per_env`."""

    tier: EnvironmentTier
    """Which defaults hold; see `andamio.model.defaults`."""

    project: OvhProject
    """The Public Cloud project that holds everything of it."""

    region: str
    """Public Cloud region, such as `GRA11` or `EU-WEST-PAR`."""

    zones: tuple[str, ...] = ()
    """Availability zones, in a three-zone region. Default: none; a one-zone region has no names for them."""

    network: Network
    """Private network and ranges."""

    cluster: Cluster
    """The Kubernetes cluster."""

    pools: tuple[NodePool, ...]
    """Its nodes: at least one pool for the system, one for applications."""

    domain: Domain
    """Public domain."""

    state: State
    """Where Terraform's state lies."""

    keys: KeyStore
    """Where secrets lie."""

    postgres: PostgresCluster = from_tier("postgres")
    """The shared PostgreSQL cluster. Default: by tier."""

    valkey: ValkeyCluster = ValkeyCluster()
    """Valkey, made when a service asks for a cache. Default: by tier."""

    kafka: KafkaCluster = KafkaCluster()
    """Kafka, made when a service publishes or subscribes. Default: by tier."""

    accepted: tuple[Acceptance, ...] = ()
    """Findings that are accepted for a time. Default: none."""

    def with_defaults(self) -> Self:
        """This environment with each default of its tier filled in."""
        return self.resolve(self.name, lambda key: environment_default(self.tier, key))

    @property
    def three_zones(self) -> bool:
        """Whether it lies in a region of three availability zones."""
        return len(self.zones) > 0
