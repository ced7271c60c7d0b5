"""Cloud outputs: what only Terraform knows and Kubernetes objects need. Never a secret, by type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from andamio.contract.stacks import Stack
from andamio.model.base import Model

__all__ = ["PLACEHOLDER", "PUBLISHED_BY", "SHARED_PUBLISHED_BY", "CloudOutputs", "Ports", "SharedOutputs", "Source"]

Source = Literal["none", "ovh", "sandbox"]
"""Where the values came from: nothing deployed yet, OVHcloud, or a sandbox (which never deploys to OVHcloud)."""

Ports = tuple[Annotated[int, Field(ge=1, le=65535)], ...]

PLACEHOLDER = "not-deployed-yet"
"""What stands in `dist/` for a value before the first deploy."""

_ID = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
_STORE = Annotated[str, Field(pattern=r"^(postgres(-[a-z][a-z0-9-]*)?|valkey|kafka)$")]
_HOST = Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,253}$")]


class SharedOutputs(Model):
    """`catalog/cloud/shared.json`: ids and addresses of what all environments share."""

    source: Source = "none"
    """Where it came from. Default: nothing is deployed."""

    registry_host: _HOST = f"registry.{PLACEHOLDER}.invalid"
    """Host name of the registry; images are `<host>/<team>/<service>`."""

    key_store_id: _ID = PLACEHOLDER
    """Id of the shared key store, from which `<env>-keys` copies the registry's pull account."""


class CloudOutputs(Model):
    """`catalog/cloud/<env>.json`: ids and addresses of one environment."""

    source: Source = "none"
    """Where it came from. Default: nothing is deployed."""

    cluster_id: _ID = PLACEHOLDER
    """Id of the Kubernetes cluster. Terraform compares it before it touches the gitops stack."""

    key_store_id: _ID = PLACEHOLDER
    """Id of the environment's key store."""

    key_store_host: _HOST = f"{PLACEHOLDER}.invalid"
    """Host of the key store's API, such as `eu-west-rbx.okms.ovh.net`."""

    store_ports: Mapping[_STORE, Ports] = {}
    """TCP ports of each store (`postgres`, `postgres-<service>`, `valkey`, `kafka`); before the first deploy, the
    documented ones of `andamio.contract.stores`."""


PUBLISHED_BY: Mapping[str, Stack] = {
    "cluster_id": Stack.CLUSTER,
    "key_store_id": Stack.KEYS,
    "key_store_host": Stack.KEYS,
    "store_ports": Stack.DATA,
}
"""Field of `CloudOutputs` → the one stack that publishes it, as a Terraform output of the same name."""

SHARED_PUBLISHED_BY: Mapping[str, Stack] = {
    "registry_host": Stack.SHARED_REGISTRY,
    "key_store_id": Stack.SHARED_KEYS,
}
"""Field of `SharedOutputs` → the one stack that publishes it."""
