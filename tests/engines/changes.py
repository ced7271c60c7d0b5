"""Other catalogs that the running shop could become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from andamio.contract.platform import Platform
from andamio.model import Environment, Postgres, State, Tombstone, Topic
from andamio.sandbox.models.keys import write_secret
from tests.engines.deployment import Deployment, change_service, without_service


def renamed(platform: Platform, old: str, new: str) -> Platform:
    """The platform with a service under another name."""
    return change_service(platform, old, name=new, renamed_from=old)


def gone(platform: Platform, name: str) -> Platform:
    """The platform without a service, and a tombstone that keeps its data in every environment."""
    without = without_service(platform, name)
    left = []
    for environment, view in platform.views.items():
        service = view.by_name[name]
        published = {
            topic for other in without.services for topic in (*other.publishes, *(t.name for t in other.topics))
        }
        left.append(
            Tombstone(
                service=name,
                environments=(environment,),
                database=service.database.placement if service.database else None,
                cache=service.cache is not None,
                topics=tuple(topic for topic in service.publishes if topic not in published),
            )
        )
    return replace(without, tombstones=(*platform.tombstones, *left))


def is_of(address: str, service: str) -> bool:
    """Whether an address is one of a service's own."""
    return address.partition(".")[2].startswith(f"{service}-")


def more_partitions(platform: Platform) -> Platform:
    """The platform with more partitions of one topic."""
    return change_service(platform, "payments", topics=(Topic(name="payment-settled", partitions=24),))


def changed_environment(platform: Platform, name: str, changes: Callable[[Environment], dict[str, object]]) -> Platform:
    """The platform with another environment of that name."""
    environments = tuple(
        one.model_copy(update=changes(one)) if one.name == name else one for one in platform.environments
    )
    return replace(platform, environments=environments)


def other_vlan(platform: Platform, name: str) -> Platform:
    """The platform with an environment in another VLAN."""

    def changes(environment: Environment) -> dict[str, object]:
        return {"network": environment.network.model_copy(update={"vlan": 999})}

    return changed_environment(platform, name, changes)


def rotate(branch: Deployment, environment: str) -> None:
    """Write another secret by hand."""
    write_secret(
        branch.cloud,
        branch.platform.outputs[environment].key_store_id,
        "platform/argocd-oidc",
        {"clientSecret": "another"},
    )


def changed_shared(platform: Platform, **changes: object) -> Platform:
    """The platform with something else in what all environments share."""
    return replace(platform, shared=platform.shared.model_copy(update=changes))


def in_place(platform: Platform, stack: str) -> Platform:
    """The platform with a change that a stack takes without making anything anew."""
    shared, (environment, _, kind) = platform.shared, stack.rpartition("-")
    if stack == "shared-state":
        return changed_shared(platform, state=_longer(shared.state))
    if stack == "shared-keys":
        return changed_shared(platform, name="mercado")
    if stack == "shared-registry":
        return changed_shared(platform, registry=shared.registry.model_copy(update={"plan": "LARGE"}))
    if stack == "shared-registry-content":
        return changed_shared(platform, registry=shared.registry.model_copy(update={"keep": shared.registry.keep + 1}))
    if stack == "shared-dns":
        return changed_shared(platform, contact="somebody@tienda.example")
    if kind == "gitops":
        return changed_shared(platform, repository=shared.repository.model_copy(update={"branch": "next"}))
    if kind == "data":
        return larger_pool(platform, "inventory")
    return changed_environment(platform, environment, _IN_PLACE[kind])


def larger_pool(platform: Platform, service: str) -> Platform:
    """The platform with another number of connections for a service's database."""
    database = next(one for one in platform.services if one.name == service).database
    assert isinstance(database, Postgres)
    pool = database.pool.model_copy(update={"size": 17})
    return change_service(platform, service, database=database.model_copy(update={"pool": pool}))


def _longer(state: State) -> State:
    return state.model_copy(update={"keep_days": state.keep_days + 1})


def _other_zone(environment: Environment) -> dict[str, object]:
    zones = ("tienda.example", "tienda-shop.example")
    other = zones[1 - zones.index(environment.domain.zone)]
    return {"domain": environment.domain.model_copy(update={"zone": other})}


_IN_PLACE: dict[str, Callable[[Environment], dict[str, object]]] = {
    "state": lambda one: {"state": _longer(one.state)},
    "network": lambda one: {"network": one.network.model_copy(update={"gateway": "xl"})},
    "cluster": lambda one: {"pools": tuple(pool.model_copy(update={"max": pool.max + 1}) for pool in one.pools)},
    "keys": _other_zone,
}
