import dataclasses

import pytest

from andamio.model import NodePool
from infra.stacks.cluster import ClusterView, cluster_view
from tests.infra.small_shop import DEV, platform

ZONES = ("eu-west-par-a", "eu-west-par-b", "eu-west-par-c")


def view(**changes) -> ClusterView:
    shop = platform()
    return cluster_view(dataclasses.replace(shop, environments=(DEV.model_copy(update=changes),)).views["dev"])


def test_each_pool_is_there_once_in_a_one_zone_region() -> None:
    assert [(one.name, one.pool.name, one.zone) for one in view().pools] == [
        ("apps", "apps", None),
        ("system", "system", None),
    ]


def test_each_pool_is_there_once_a_zone_in_a_three_zone_region() -> None:
    assert [(one.name, one.zone) for one in view(zones=ZONES).pools] == [
        (f"{pool}-{zone[-1]}", zone) for pool in ("apps", "system") for zone in ZONES
    ]


def test_the_order_in_which_pools_are_declared_does_not_matter() -> None:
    assert view(pools=DEV.pools[::-1]) == view()


@pytest.mark.parametrize("field", ["version", "plan", "update_policy", "api_allow", "oidc", "audit_stream"])
def test_every_setting_of_the_cluster_is_in_the_view(field) -> None:
    changed = DEV.cluster.model_copy(update={field: "changed"})
    assert view(cluster=changed) != view()


def test_a_pool_brings_all_of_its_settings() -> None:
    pool = NodePool(name="gpu", role="applications", flavor="t1-45", min=0, max=1, labels={"a": "b"})
    assert [one.pool for one in view(pools=(pool,)).pools] == [pool]
