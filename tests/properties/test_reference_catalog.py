"""The reference catalog shows what there is: whatever a service may declare, one of the shop's declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from andamio.contract.platform import Platform
from andamio.model import Service
from andamio.model.base import Model
from andamio.model.per_env import PerEnv

LEFT_OUT = {
    ("Service", "accepted"): "an acceptance ends on a day, after which this catalog would not synthesize",
    ("Egress", "addresses"): "for clusters on the free plan, and the shop's are on the standard plan",
}


def declared(value: Any) -> Iterator[tuple[str, str]]:
    """Each field that is given somewhere in a value, by its model."""
    if isinstance(value, PerEnv):
        for _, one in value.alternatives():
            yield from declared(one)
    elif isinstance(value, Model):
        for name in value.model_fields_set:
            yield type(value).__name__, name
            yield from declared(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from declared(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from declared(one)


def fields(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Each field of a model and of the models in it."""
    for name, field in model.model_fields.items():
        yield model.__name__, name
        if (model.__name__, name) not in LEFT_OUT:
            for inner in models(field.annotation):
                yield from fields(inner)


def models(annotation: Any) -> Iterator[type[Model]]:
    """Every model that a type names."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for inner in get_args(annotation):
        yield from models(inner)


def test_the_shop_uses_every_feature_of_a_service_somewhere(tienda: Platform) -> None:
    there = {one for service in tienda.services for one in declared(service)}
    assert set(fields(Service)) - there == set(LEFT_OUT)


def test_the_shop_has_at_least_twelve_services_of_every_kind_and_tier(tienda: Platform) -> None:
    assert len(tienda.services) >= 12
    assert {service.kind for service in tienda.services} == {"http", "worker", "job"}
    assert {service.tier for service in tienda.services} == {"critical", "standard", "best-effort"}


def test_an_environment_says_more_than_its_tier_of_valkey_and_of_kafka(tienda: Platform) -> None:
    there = {one for environment in tienda.environments for one in declared(environment)}
    assert {("Environment", "valkey"), ("Environment", "kafka"), ("ValkeyCluster", "flavor")} <= there


def test_what_clears_carts_asks_who_keeps_them(tienda: Platform) -> None:
    """Nobody reaches another's keys in Valkey, so a right to delete there would clear no cart."""
    job = next(service for service in tienda.services if service.name == "cart-expiry")
    views = [view.by_name["cart-expiry"] for view in tienda.views.values()]
    assert all(view.cache and set(view.cache.commands) == {"+get", "+set"} for view in views)
    assert "cart" in str(job.calls)
