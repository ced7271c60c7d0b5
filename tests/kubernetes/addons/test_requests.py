"""What the add-ons ask for together, beside what the rules on capacity count for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from andamio.checks.capacity import SYSTEM_PODS
from andamio.contract.platform import Platform
from andamio.contract.views import Context, context
from andamio.kubernetes.addons import ADDONS, HelmChart
from andamio.kubernetes.gateway import gateway_manifests

REPLICAS = ("replicas", "replicaCount", "autoscaleMin")
REDIS = 3
"""Redis with its sentinels, and the proxies before it: the chart's own number."""


def requests(values: Mapping[str, Any], pods: int = 1) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Pods and what one asks for, of each container in the values of a chart."""
    pods = next((int(values[key]) for key in REPLICAS if key in values), pods)
    for name, inner in values.items():
        if name == "requests":
            yield pods, inner
        elif isinstance(inner, Mapping) and inner.get("enabled", True):
            yield from requests(inner, REDIS if name == "redis-ha" else pods)


def gateway(shop: Context) -> Iterator[tuple[int, Mapping[str, str]]]:
    options = next(one.body["data"] for one in gateway_manifests(shop) if one.kind == "ConfigMap")
    pods = json.loads(options["horizontalPodAutoscaler"])["spec"]["minReplicas"]
    for container in json.loads(options["deployment"])["spec"]["template"]["spec"]["containers"]:
        yield pods, container["resources"]["requests"]


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_the_rules_count_more_than_the_add_ons_ask_for_with_room_for_an_update(
    tienda: Platform, environment: str
) -> None:
    """A fifth of what is counted stays free for pods that an update starts before it ends old ones."""
    view = tienda.views[environment]
    shop, counted = context(view), SYSTEM_PODS[view.environment.tier]
    charts = [addon.checked_values(shop) for addon in ADDONS.values() if isinstance(addon.source, HelmChart)]
    asked = [one for values in charts for one in requests(values)] + list(gateway(shop))
    assert len(asked) > len(charts)
    cpu = sum(pods * int(one["cpu"].removesuffix("m")) for pods, one in asked)
    memory = sum(pods * int(one["memory"].removesuffix("Mi")) for pods, one in asked)
    assert 0.4 * counted.cpu < cpu < 0.8 * counted.cpu
    assert 0.4 * counted.memory < memory < 0.8 * counted.memory
