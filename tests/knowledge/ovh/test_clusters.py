from __future__ import annotations

from andamio.knowledge.ovh.clusters import CLUSTER_PLANS, RESERVED_RANGES, cluster_plan, supported_versions


def test_three_versions_are_supported() -> None:
    assert supported_versions() == ("1.33", "1.34", "1.35")


def test_only_the_standard_plan_serves_production() -> None:
    standard = cluster_plan("standard")
    assert standard.cilium
    assert standard.three_zone
    assert standard.gateway_required
    assert not cluster_plan("free").cilium
    assert cluster_plan("enterprise") is None


def test_defaults_overlap_neither_each_other_nor_what_is_reserved() -> None:
    for plan in CLUSTER_PLANS:
        assert not plan.default_pods.overlaps(plan.default_services)
        for reserved, _ in RESERVED_RANGES:
            assert not reserved.overlaps(plan.default_pods)
            assert not reserved.overlaps(plan.default_services)
