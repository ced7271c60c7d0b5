"""A platform is the same whatever order it was declared in, and holds nothing open once it is resolved."""

from dataclasses import replace

import pytest

from andamio.contract.outputs import PUBLISHED_BY, SHARED_PUBLISHED_BY, CloudOutputs, SharedOutputs
from andamio.contract.platform import Platform
from andamio.model.base import walk
from andamio.model.per_env import FromTier, PerEnv
from tests.properties.full_platform import FULL


@pytest.mark.parametrize("source", ["full", "tienda"])
def test_a_resolved_environment_has_no_open_value(source, tienda) -> None:
    platform = FULL.platform() if source == "full" else tienda
    for view in platform.views.values():
        for model in (view.environment, *view.services):
            assert [at for at, value in walk(model) if isinstance(value, (PerEnv, FromTier))] == []


def test_environments_go_from_development_to_production() -> None:
    turned = replace(FULL, environments=FULL.environments[::-1]).platform()
    assert [environment.name for environment in turned.environments] == ["dev", "prod"]
    assert turned == FULL.platform()


def test_who_calls_is_known_from_both_sides(tienda) -> None:
    for view in tienda.views.values():
        calls = {(service.name, callee) for service in view.services for callee in service.calls}
        assert {(caller, name) for name, callers in view.callers.items() for caller in callers} == calls


def test_each_database_lies_on_one_cluster(tienda) -> None:
    for view in tienda.views.values():
        placed = [service.name for cluster in view.database_clusters for service in cluster.services]
        assert sorted(placed) == [service.name for service in view.services if service.database is not None]


def test_a_service_without_a_release_has_no_image() -> None:
    view = replace(FULL, releases={}).platform().views["prod"]
    assert {view.image(service.name) for service in view.services} == {None}


def test_each_cloud_output_is_published_by_one_stack() -> None:
    assert set(PUBLISHED_BY) == set(CloudOutputs.model_fields) - {"source"}
    assert set(SHARED_PUBLISHED_BY) == set(SharedOutputs.model_fields) - {"source"}


def test_files_are_guessed_by_convention() -> None:
    platform: Platform = FULL.platform()
    assert platform.file("service", "shop") == "catalog/services/shop.py"
    assert platform.file("release", "dev") == "catalog/releases/dev.json"
    assert platform.file("cloud", "dev") == "catalog/cloud/dev.json"
    assert platform.file("shared") == "catalog/environments.py"
