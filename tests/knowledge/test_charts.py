"""The keys that charts know, and the mistakes that they let pass."""

from __future__ import annotations

import pytest

from andamio.knowledge.chart_support import KubernetesSupport, minor
from andamio.knowledge.charts import Unknown, chart, charts, known_versions, unknown_values


def paths(name: str, version: str, values: dict) -> list[str]:
    return [unknown.path for unknown in unknown_values(name, version, values)]


def test_every_chart_says_where_it_comes_from() -> None:
    assert len(charts()) == 9
    for known in charts():
        assert known.repository.startswith("https://")
        assert chart(known.name, known.version) == known


def test_a_chart_of_another_version_is_not_known() -> None:
    assert chart("argo-cd", "1.0.0") is None
    assert known_versions("argo-cd") == ("10.1.1",)
    with pytest.raises(LookupError, match=r"argo-cd 1\.0\.0 is not known \(known: 10\.1\.1\)"):
        unknown_values("argo-cd", "1.0.0", {})


def test_a_misspelt_key_is_named_with_its_neighbour() -> None:
    assert unknown_values("argo-cd", "10.1.1", {"controller": {"replica": 2}}) == [
        Unknown(path="controller.replica", nearest="replicas")
    ]


def test_a_misspelt_top_key_is_found_in_every_chart() -> None:
    for known in charts():
        assert paths(known.name, known.version, {"qwerty": {"below": 1}}) == ["qwerty"], known.name


def test_free_maps_take_any_key() -> None:
    values = {
        "configs": {
            "params": {"server.insecure": True, "anything.at.all": 1},
            "cm": {"admin.enabled": False, "resource.customizations.health.x": "text"},
            "rbac": {"policy.csv": ""},
        },
        "global": {"nodeSelector": {"pool": "system"}, "affinity": {"podAntiAffinity": "soft"}},
        "server": {"env": [{"name": "A", "value": "b"}], "podAnnotations": {"x/y": "z"}},
        "redis-ha": {"enabled": True, "replicas": 3, "haproxy": {"resources": {"requests": {"cpu": "10m"}}}},
    }
    assert paths("argo-cd", "10.1.1", values) == []


def test_kubernetes_structures_are_checked_by_kubernetes_names() -> None:
    container = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}, "runAsUser": 1000}
    good = {"server": {"containerSecurityContext": container, "resources": {"limits": {"memory": "1Gi"}}}}
    assert paths("argo-cd", "10.1.1", good) == []
    bad = {"server": {"resources": {"limit": {"memory": "1Gi"}}}}
    assert unknown_values("argo-cd", "10.1.1", bad) == [Unknown(path="server.resources.limit", nearest="limits")]


def test_a_key_below_a_number_is_unknown() -> None:
    assert paths("cert-manager", "v1.21.1", {"replicaCount": {"min": 2}}) == ["replicaCount.min"]


def test_keys_that_upstream_only_comments_on_are_accepted() -> None:
    assert paths("reloader", "2.2.16", {"reloader": {"podDisruptionBudget": {"minAvailable": 1}}}) == []
    assert (
        paths("istiod", "1.30.3", {"meshConfig": {"accessLogFile": "/dev/stdout"}, "pdb": {"maxUnavailable": 1}}) == []
    )


def test_istio_is_set_at_the_top() -> None:
    assert paths("istiod", "1.30.3", {"autoscaleMin": 2, "global": {"proxy": {"logLevel": "info"}}}) == []
    assert paths("istiod", "1.30.3", {"_internal_defaults_do_not_set": {"autoscaleMin": 2}}) == [
        "_internal_defaults_do_not_set"
    ]


def test_items_of_a_list_are_checked_where_the_schema_closes_them() -> None:
    values = {"issuers": [{"name": "a", "kind": "ClusterIssuer"}, {"nam": "b"}]}
    assert unknown_values("cert-manager-webhook-ovh", "0.9.16", values) == [
        Unknown(path="issuers[1].nam", nearest="name")
    ]


def test_support_is_a_range_of_minor_versions() -> None:
    support = chart("cert-manager", "v1.21.1").support
    assert isinstance(support, KubernetesSupport)
    assert support.covers("1.34")
    assert support.covers("v1.36.2-1")
    assert not support.covers("1.30")


def test_versions_compare_by_number() -> None:
    assert minor("1.9") < minor("1.10.3")
    with pytest.raises(ValueError, match="invalid literal"):
        minor("latest")


def test_supported_charts_exist() -> None:
    from andamio.knowledge.chart_support import SUPPORT

    for name, version in SUPPORT:
        assert chart(name, version) is not None
        assert minor(SUPPORT[name, version].minimum) <= minor(SUPPORT[name, version].maximum)
