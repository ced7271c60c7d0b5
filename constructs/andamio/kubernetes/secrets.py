"""Secrets out of the key store: ExternalSecrets, and where their files are mounted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from andamio.contract.names import IMAGE_PULL_SECRET
from andamio.contract.secrets import SecretLink, registry_pull_link, service_links
from andamio.kubernetes import waves
from andamio.kubernetes.manifest import Manifest
from andamio.model import Service

__all__ = [
    "ADMIN_KEY_STORE",
    "KEY_STORE",
    "MOUNT",
    "OWNER_SECRET",
    "ExternalSecret",
    "RegistryPullSecret",
    "secrets_of",
    "workload_secrets",
]

KEY_STORE = "key-store"
"""The ClusterSecretStore that services' namespaces read."""

ADMIN_KEY_STORE = "key-store-admin"
"""The ClusterSecretStore of the admin credentials, for the grants Job's namespace alone."""

MOUNT = "/run/secrets"
"""A secret's keys are files under `/run/secrets/<name>/<key>`."""

OWNER_SECRET = "database-owner"  # noqa: S105 - the name of a Secret, not its value
"""The owner's credential: mounted into the migration, never into the workload."""

_DOCKER_CONFIG = (
    '{{ dict "auths" (dict .host (dict "username" .username "password" .password '
    '"auth" (printf "%s:%s" .username .password | b64enc))) | toJson }}'
)


class ExternalSecret(Manifest):
    """A Secret that External Secrets keeps in step with the key store.

    Each key is named, so that a key that is missing in the store is an error there and not a file that is missing
    in a pod. `refresh` is in seconds. When the store is down or the entry is gone the Secret keeps its last value
    (deletionPolicy Retain, creationPolicy Owner: it goes with the ExternalSecret only). `template` makes the Secret's
    content from the keys. Default: the keys themselves, type Opaque.

    The three policies of a `remoteRef` are the definition's defaults, written out because Argo CD would otherwise
    see what the API server adds as a difference.
    """

    def __init__(
        self,
        *,
        name: str,
        namespace: str,
        link: SecretLink,
        refresh: int,
        store: str = KEY_STORE,
        template: Mapping[str, Any] | None = None,
    ) -> None:
        target: dict[str, Any] = {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain"}
        if template is not None:
            # The operator writes the empty `metadata` itself, which is a difference where it is not declared.
            target["template"] = {"engineVersion": "v2", "mergePolicy": "Replace", "metadata": {}, **template}
        super().__init__(
            {
                "apiVersion": "external-secrets.io/v1",
                "kind": "ExternalSecret",
                "metadata": {
                    "name": name,
                    "namespace": namespace,
                    "annotations": waves.in_wave(waves.FOUNDATION),
                },
                "spec": {
                    "refreshInterval": _duration(refresh),
                    "secretStoreRef": {"kind": "ClusterSecretStore", "name": store},
                    "target": target,
                    "data": [
                        {
                            "secretKey": key,
                            "remoteRef": {
                                "key": link.path,
                                "property": key,
                                "conversionStrategy": "Default",
                                "decodingStrategy": "None",
                                "metadataPolicy": "None",
                            },
                        }
                        for key in link.keys
                    ],
                },
            }
        )


def _duration(seconds: int) -> str:
    """Seconds as Go writes a duration: the operator writes its own reading back, and "300s" would differ from it."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m{rest}s" if hours else f"{minutes}m{rest}s" if minutes else f"{rest}s"


class RegistryPullSecret(ExternalSecret):
    """The Secret by which the kubelet pulls a service's image, made from the registry's pull account."""

    def __init__(self, *, namespace: str, refresh: int) -> None:
        super().__init__(
            name=IMAGE_PULL_SECRET,
            namespace=namespace,
            link=registry_pull_link(),
            refresh=refresh,
            template={"type": "kubernetes.io/dockerconfigjson", "data": {".dockerconfigjson": _DOCKER_CONFIG}},
        )


def secrets_of(service: Service) -> tuple[ExternalSecret, ...]:
    """Every ExternalSecret of a service's namespace, the registry's first."""
    return (
        RegistryPullSecret(namespace=service.name, refresh=service.secret_refresh),
        *(
            ExternalSecret(name=name, namespace=service.name, link=link, refresh=service.secret_refresh)
            for name, link in service_links(service)
        ),
    )


def workload_secrets(service: Service) -> tuple[str, ...]:
    """Names of the Secrets that a service's workload mounts: all of them but the database owner's."""
    return tuple(name for name, _ in service_links(service) if name != OWNER_SECRET)
