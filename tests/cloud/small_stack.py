"""A small stack to put one construct into, and what Terraform reads of it."""

from __future__ import annotations

import json
from typing import Any

from andamio.cdktf import Testing as Cdktf
from andamio.cloud.data_addresses import CLUSTER, Address, DataShape, data_addresses
from andamio.cloud.place import Place
from andamio.cloud.stack import CloudStack
from andamio.cloud.store_access import StoreAccess
from andamio.contract.stacks import Stack
from andamio.model import Service

PROJECT = "0123456789abcdef0123456789abcdef"


def place(*, environment: str = "dev", durable: bool = False, region: str = "GRA11") -> Place:
    """The place of a development environment, unless said otherwise."""
    return Place(
        environment=environment,
        prefix=f"shop-{environment or 'shared'}",
        project=PROJECT,
        region=region,
        bucket=f"shop-{environment or 'shared'}-state-01234567",
        state_region="GRA",
        durable=durable,
    )


def stack(kind: Stack = Stack.KEYS, *, at: Place | None = None) -> CloudStack:
    """An empty stack."""
    where = at or place()
    return CloudStack(Cdktf.app(), f"{where.environment}-{kind}" if where.environment else kind, kind=kind, place=where)


def access(service: Service, cluster: str) -> StoreAccess:
    """A service's place on the cluster of that label."""
    return StoreAccess(
        service=service,
        addresses=data_addresses(service.name, DataShape.of(service)),
        cluster=Address(type=CLUSTER, label=cluster),
        project=PROJECT,
        key_store_id="store",
    )


def synthesized(of: CloudStack) -> dict[str, Any]:
    """The content of its `cdk.tf.json`."""
    return json.loads(Cdktf.synth(of))


def resources(of: CloudStack, kind: str) -> dict[str, Any]:
    """Label → arguments of the resources of one type."""
    return synthesized(of)["resource"].get(kind, {})


def only(found: dict[str, Any]) -> dict[str, Any]:
    """The one that there is."""
    (one,) = found.values()
    return one
