"""A valid change of each field of the model."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from andamio.model import Image
from tests.properties.declarations import Declarations, with_field
from tests.properties.model_fields import Field, Place, options, places

__all__ = ["FOR_PEOPLE", "PLACES", "VALUES", "changed"]

FOR_PEOPLE: Mapping[str, str] = {
    "Acceptance.reason": "tells reviewers why a finding is accepted; the model asks for it, reviews read it",
    "ManualSecret.instructions": "tells a person how to provide a secret; `andamio secrets` shows it",
}
"""Fields that no engine acts on, each with the reason why it is there all the same."""

VALUES: Mapping[str, object] = {
    "Acceptance.at": "name",
    "Acceptance.code": "AND091",
    "Acceptance.reason": "Another reason, as good as the first.",
    "Acceptance.until": datetime.date(2020, 1, 31),
    "Cluster.audit_stream": None,
    "Cluster.version": "1.34",
    "CloudOutputs.cluster_id": "b2c3d4e5-0000-4000-8000-000000000009",
    "CloudOutputs.key_store_host": "eu-west-rbx.okms.ovh.net",
    "CloudOutputs.key_store_id": "b2c3d4e5-0000-4000-8000-000000000009",
    "CloudOutputs.source": "sandbox",
    "CloudOutputs.store_ports": {"postgres": (20401, 20402)},
    "Domain.name": "new.full.example",
    "Domain.zone": "full-shop.example",
    "Egress.host": "other.outside.example",
    "Environment.domain.name": "www.full-shop.example",
    "Environment.name": "live",
    "Environment.project": "3" * 32,
    "Environment.region": "GRA9",
    "Environment.tier": "staging",
    "Image.digest": f"sha256:{'9' * 64}",
    "Image.tag": "9" * 40,
    "KafkaCluster.flavor": "b3-32",
    "KafkaCluster.plan": "production",
    "KafkaCluster.version": "4.0",
    "KeyStore.region": "eu-west-rbx",
    "ManualSecret.instructions": "Somewhere else, and by somebody else.",
    "ManualSecret.name": "dealer",
    "Migration.command": ("/app/up",),
    "Network.nodes": "10.40.0.0/19",
    "Network.pods": "10.248.0.0/13",
    "Network.services": "10.4.0.0/16",
    "NodePool.flavor": "b3-64",
    "NodePool.labels": {"full.example/purpose": "all"},
    "NodePool.name": "nodes",
    "Oidc.client": "kube",
    "Oidc.groups_claim": "groups",
    "Oidc.issuer": "https://login.other.example",
    "Oidc.username_claim": "sub",
    "PostgresCluster.backup_regions": ("EU-WEST-PAR",),
    "PostgresCluster.flavor": "b3-64",
    "PostgresCluster.plan": "production",
    "PostgresCluster.version": "16",
    "Probe.command": ("/app/worker", "check"),
    "Probe.path": "/asked",
    "Registry.plan": "MEDIUM",
    "Registry.region": "DE",
    "Release.services": {"shop": Image(tag="9" * 40, digest=f"sha256:{'9' * 64}")},
    "Repository.branch": "main",
    "Repository.path": "dist",
    "Repository.url": "https://git.full.example/other.git",
    "Route.host": "web",
    "Route.path": "/basket",
    "Route.rewrite": "/within",
    "Schedule.cron": "45 4 * * *",
    "Schedule.time_zone": "Europe/Paris",
    "Scratch.path": "/var/cache/other",
    "Service.calls": ("letters",),
    "Service.command": ("/app/other",),
    "Service.config": {"CURRENCY": "CHF", "LOG_LEVEL": "info"},
    "Service.http": None,
    "Service.name": "store",
    "Service.renamed_from": (),
    "Service.team": "back",
    "Service.tier": "standard",
    "Shared.contact": "people@full.example",
    "Shared.name": "other",
    "Shared.project": "e" * 32,
    "Shared.zones": ("full.example",),
    "SharedOutputs.key_store_id": "b2c3d4e5-0000-4001",
    "SharedOutputs.registry_host": "full.c2.gra9.container-registry.ovh.net",
    "SingleSignOn.administrators": "full-other",
    "SingleSignOn.client": "argo",
    "SingleSignOn.issuer": "https://login.other.example",
    "State.region": "SBG",
    "Taint.effect": "NoExecute",
    "Taint.key": "full.example/system",
    "Taint.value": "yes",
    "Team.group": "full-others",
    "Team.name": "others",
    "Tombstone.database": "dedicated",
    "Tombstone.environments": ("dev",),
    "Tombstone.service": "wants",
    "Topic.name": "order-made",
    "ValkeyCluster.flavor": "b3-16",
    "ValkeyCluster.plan": "business",
    "ValkeyCluster.version": "8.0",
}
"""Another valid value, by class and field or by path, where the type alone gives none."""

PLACES: Mapping[str, str] = {
    "Probe.command": "worker",
    "Service.database.placement": "stock",
}
"""The declared object in which a field is changed, where it does not matter in the first that has it."""


def changed(declarations: Declarations, field: Field) -> Declarations:
    """`declarations` with one valid change of `field`. Raises `LookupError` when there is none that it knows."""
    for place in sorted(
        _candidates(declarations, field), key=lambda place: (not place.given, place.value in ((), None))
    ):
        for value in _values(field, place):
            model = dict(declarations.objects(field.root))[place.name]
            try:
                new = with_field(model, place.path, value)
            except ValidationError:
                continue
            return declarations.with_object(field.root, place.name, new)
    raise LookupError(f"{field}: no valid change is known; give VALUES one, and FULL a place where it matters")


def _likely(place: Place) -> tuple[bool, bool]:
    """Sorts places: first where a value is given, and not an empty one."""
    return (not place.given, place.value in ((), None))


def _candidates(declarations: Declarations, field: Field) -> list[Place]:
    wanted = PLACES.get(str(field), PLACES.get(field.short))
    return [place for place in places(declarations, field) if wanted in (None, place.name)]


def _values(field: Field, place: Place) -> Iterator[object]:
    for key in (str(field), field.short):
        if key in VALUES:
            yield VALUES[key]
            return
    for option in options(field.annotation):
        yield from _others(option, place.value)


def _others(option: Any, value: Any) -> Iterator[object]:
    if get_origin(option) is Literal:
        yield from (other for other in get_args(option) if other != value)
    elif option is bool:
        yield not value
    elif option is int and isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, tuple) and value:
        yield value[:-1]
        yield value[1:]
    elif isinstance(value, Mapping) and value:
        yield dict(list(value.items())[1:])
    elif isinstance(value, str) and value[2:3] == ":" and value.endswith(":00"):
        yield "05:30:00"
    elif value is not None:
        yield None
