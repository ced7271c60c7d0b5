"""Every name that crosses a plane: explicit, stable, without hashes or counters.

A cloud name is for good: after a rename it stays the original's, since most names are arguments that
re-create. Only Terraform's addresses and Kubernetes' objects follow the new name.
"""

from __future__ import annotations

from andamio.model import Environment, Scratch, Service, Shared

__all__ = [
    "GATEWAY_NAMESPACE",
    "GRANTS_NAMESPACE",
    "IMAGE_PULL_SECRET",
    "RESERVED_APPLICATIONS",
    "RESERVED_NAMESPACES",
    "RESERVED_TEAMS",
    "application_user",
    "cloud_prefix",
    "database_name",
    "gateway_host",
    "kafka_user",
    "owner_user",
    "pool_name",
    "pools_per_zone",
    "registry_project",
    "reserved_for_platform",
    "scratch_volume",
    "state_bucket",
    "terraform_id",
    "valkey_user",
]

_ALPHABET = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")

GATEWAY_NAMESPACE = "gateway"
"""Namespace of the environment's Gateway and its certificates."""

GRANTS_NAMESPACE = "database-grants"
"""Namespace of the Job that sets ownership and grants; the only reader of admin credentials."""

IMAGE_PULL_SECRET = "registry-pull"  # noqa: S105 - the name of a Secret, not its value
"""Secret in each service's namespace by which the kubelet pulls images."""

RESERVED_NAMESPACES = frozenset(
    {
        "argocd",
        "cert-manager",
        "default",
        "external-dns",
        "external-secrets",
        "istio-system",
        "kube-node-lease",
        "kube-public",
        "kube-system",
        "reloader",
        GATEWAY_NAMESPACE,
        GRANTS_NAMESPACE,
    }
)
"""Namespaces that are the platform's or Kubernetes' own."""

RESERVED_APPLICATIONS = frozenset(
    {
        "access",
        "applications",
        "argo-cd",
        "cert-manager",
        "cert-manager-webhook-ovh",
        "certificates",
        "external-dns",
        "external-secrets",
        "gateway",
        "gateway-api",
        "istio-base",
        "istiod",
        "namespaces",
        "platform",
        "reloader",
        "root",
        "secret-stores",
        GRANTS_NAMESPACE,
    }
)
"""Argo CD Applications and folders of `dist/k8s/<env>/` that are the platform's."""

RESERVED_TEAMS = frozenset({"default", "library", "namespaces", "platform", "pull", "root"})
"""Names that no team may have: its Argo CD project and its registry project would meet the platform's (`platform`,
`namespaces`, `root`), Argo CD's own (`default`), Harbor's own (`library`) or the account by which clusters pull
(`pull`)."""


def reserved_for_platform(service: str) -> bool:
    """Whether the namespace, Application or folder of that name is the platform's, so that no service may have it.

    Kubernetes keeps names that begin with `kube-` for itself (its documentation of namespaces).
    """
    return service in RESERVED_NAMESPACES | RESERVED_APPLICATIONS or service.startswith("kube-")


def cloud_prefix(shared: Shared, environment: Environment | None = None) -> str:
    """What every cloud name begins with: `tienda-dev`, of shared things `tienda-shared`."""
    return f"{shared.name}-{environment.name if environment else 'shared'}"


def state_bucket(shared: Shared, environment: Environment | None = None) -> str:
    """The bucket of Terraform's state. Bucket names are global at OVHcloud, so the project's id is in it."""
    project = environment.project if environment else shared.project
    return f"{cloud_prefix(shared, environment)}-state-{project[:8]}"


def terraform_id(*parts: str) -> str:
    """A Terraform address label made of `parts`: letters, digits, `_` and `-`."""
    return "-".join(part.replace(".", "_").replace("/", "_") for part in parts if part)


def database_name(service: Service) -> str:
    """The database of a service: its original name with `_` for `-`."""
    return _underscored(service.original_name)


def owner_user(service: Service) -> str:
    """The user that owns the database and runs migrations."""
    return f"{_underscored(service.original_name)}_owner"


def application_user(service: Service) -> str:
    """The user as which the service works."""
    return f"{_underscored(service.original_name)}_app"


def pool_name(service: Service) -> str:
    """The connection pool; clients name it as their database."""
    return f"{_underscored(service.original_name)}_pool"


def valkey_user(service: Service) -> str:
    """The Valkey user of a service."""
    return service.original_name


def kafka_user(service: Service) -> str:
    """The Kafka user of a service."""
    return service.original_name


def registry_project(team: str) -> str:
    """The Harbor project of a team; an image is `<registry>/<project>/<service>`."""
    return team


def gateway_host(environment: Environment, host: str) -> str:
    """The full name of a public host: `api` under the environment's domain; empty for the domain itself."""
    return f"{host}.{environment.domain.name}" if host else environment.domain.name


def pools_per_zone(environment: Environment) -> tuple[tuple[str, str, str | None], ...]:
    """Each node pool of OVHcloud as (its name, the model's pool, its zone).

    A three-zone region takes exactly one zone a pool, so the zone's last letter ends the name there.
    """
    zones: tuple[str | None, ...] = environment.zones or (None,)
    return tuple(
        (f"{pool.name}-{zone[-1]}" if zone else pool.name, pool.name, zone)
        for pool in environment.pools
        for zone in zones
    )


def scratch_volume(folder: Scratch) -> str:
    """Name of the volume of a scratch folder: `scratch-var-cache` for `/var/cache`; other characters by their code."""
    return "-".join(["scratch", *("".join(map(_safe, part)) for part in folder.path.split("/") if part)])


def _safe(character: str) -> str:
    return character if character in _ALPHABET else f"x{ord(character):x}"


def _underscored(name: str) -> str:
    return name.replace("-", "_")
