"""Secret links: one object says where a secret lies in the key store, for its writer and its readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from andamio.model import ManualSecret, Service

__all__ = [
    "DATABASE_KEYS",
    "REPOSITORY_KEYS",
    "SecretLink",
    "Writer",
    "cache_link",
    "database_admin_link",
    "database_link",
    "database_owner_link",
    "dns_link",
    "events_link",
    "manual_link",
    "registry_admin_link",
    "registry_pull_link",
    "registry_push_link",
    "service_links",
]

Writer = Literal["terraform", "person"]
"""Who writes a secret: a Terraform stack, or a person (a `ManualSecret`)."""

DATABASE_KEYS = ("host", "port", "database", "username", "password", "ca")
"""Keys of a database credential; `ca` is the certificate authority for `sslmode=verify-full`."""

REPOSITORY_KEYS = ("host", "username", "password")
"""Keys of a registry account."""


@dataclass(frozen=True, kw_only=True)
class SecretLink:
    """A secret in a key store: a path and the keys of the JSON object that lies there. Never its value."""

    path: str
    """Path in the key store, no leading `/`."""

    keys: tuple[str, ...]
    """Keys of the JSON object."""

    writer: Writer = "terraform"
    """Who writes it. Default: Terraform, in the stack that makes the credential."""


def database_link(service: Service) -> SecretLink:
    """The application user's credential: through the connection pool, so `database` is the pool's name."""
    return SecretLink(path=f"services/{service.original_name}/database", keys=DATABASE_KEYS)


def database_owner_link(service: Service) -> SecretLink:
    """The owner's credential, for migrations: straight to the database."""
    return SecretLink(path=f"services/{service.original_name}/database-owner", keys=DATABASE_KEYS)


def cache_link(service: Service) -> SecretLink:
    """The Valkey user of a service; `prefix` is what its keys have to begin with."""
    return SecretLink(
        path=f"services/{service.original_name}/cache", keys=("host", "port", "username", "password", "prefix")
    )


def events_link(service: Service) -> SecretLink:
    """The Kafka user of a service: mutual TLS, so certificate and key."""
    return SecretLink(path=f"services/{service.original_name}/events", keys=("brokers", "certificate", "key", "ca"))


def manual_link(service: Service, secret: ManualSecret) -> SecretLink:
    """A secret that a person provides."""
    return SecretLink(
        path=f"services/{service.original_name}/manual/{secret.name}", keys=tuple(secret.keys), writer="person"
    )


def database_admin_link(cluster: str) -> SecretLink:
    """The administrator of a PostgreSQL cluster (`postgres` or `postgres-<service>`); for the grants Job only."""
    return SecretLink(path=f"admin/{cluster}", keys=("host", "port", "database", "username", "password", "ca"))


def registry_pull_link() -> SecretLink:
    """The account by which an environment pulls images; copied from the shared key store."""
    return SecretLink(path="platform/registry-pull", keys=REPOSITORY_KEYS)


def dns_link() -> SecretLink:
    """The OAuth2 client that may edit the environment's DNS zone and nothing else."""
    return SecretLink(path="platform/dns", keys=("client_id", "client_secret"))


def registry_admin_link() -> SecretLink:
    """In the shared key store: Harbor's administrator, for the stack that fills the registry."""
    return SecretLink(path="registry/admin", keys=("username", "password"))


def registry_push_link(team: str) -> SecretLink:
    """In the shared key store: the account by which a team's pipelines push."""
    return SecretLink(path=f"registry/push/{team}", keys=REPOSITORY_KEYS)


def service_links(service: Service) -> tuple[tuple[str, SecretLink], ...]:
    """Every secret that a service's namespace reads, under the name of the Kubernetes Secret it becomes.

    The registry pull account is read by every service and not listed here.
    """
    links: list[tuple[str, SecretLink]] = []
    if service.database is not None:
        links.append(("database", database_link(service)))
        if service.migration is not None:
            links.append(("database-owner", database_owner_link(service)))
    if service.cache is not None:
        links.append(("cache", cache_link(service)))
    if service.publishes or service.subscribes:
        links.append(("events", events_link(service)))
    links.extend((secret.name, manual_link(service, secret)) for secret in service.secrets)
    return tuple(links)
