from dataclasses import replace

import pytest

from andamio.contract.platform import Platform
from andamio.contract.views import Context, context
from andamio.kubernetes.addons import ADDONS, Addon, AddonError, HelmChart, external_secrets
from andamio.kubernetes.addons.addon import Values, budget, replicas, system_nodes
from andamio.kubernetes.flows import ApiServer, Dns, FromApiServer
from andamio.kubernetes.units import addon_manifests
from andamio.testing.schema import violations

WEBHOOKS = {"cert-manager", "cert-manager-webhook-ovh", "external-secrets", "istiod"}
"""Add-ons that the API server calls (admission, or an aggregated API)."""


@pytest.fixture(params=["dev", "staging", "production"])
def shop(tienda: Platform, request: pytest.FixtureRequest) -> Context:
    return context(tienda.views[request.param])


@pytest.mark.parametrize("addon", ADDONS.values(), ids=ADDONS)
def test_no_value_is_unknown_to_its_chart(addon: Addon, shop: Context) -> None:
    values = addon.checked_values(shop)
    assert bool(values) == isinstance(addon.source, HelmChart)


@pytest.mark.parametrize("addon", ADDONS.values(), ids=ADDONS)
def test_what_stands_beside_a_chart_is_valid(addon: Addon, shop: Context) -> None:
    for manifest in addon_manifests(addon, shop):
        assert violations(manifest.body, shop.environment.cluster.version) == []


@pytest.mark.parametrize("addon", ADDONS.values(), ids=ADDONS)
def test_it_supports_the_clusters_of_the_shop(addon: Addon, shop: Context) -> None:
    assert addon.support is None or addon.support.covers(shop.environment.cluster.version)


def test_a_mistyped_value_is_an_error_with_the_nearest_key(shop: Context) -> None:
    def mistyped(context: Context) -> Values:
        return {"webhook": {"replicaCuont": 2}}

    addon = replace(external_secrets.ADDON, values=mistyped)
    with pytest.raises(AddonError, match=r"webhook\.replicaCuont \(did you mean replicaCount\?\)"):
        addon.checked_values(shop)


def test_an_unknown_version_is_an_error_with_the_known_ones(shop: Context) -> None:
    addon = replace(external_secrets.ADDON, source=HelmChart(name="external-secrets", version="9.9.9"))
    with pytest.raises(AddonError, match=r"external-secrets 9\.9\.9 is not known; known versions: 2\.9\.0"):
        _ = addon.support


def test_less_than_restricted_needs_a_reason() -> None:
    with pytest.raises(AddonError, match="Pod Security baseline needs a reason"):
        replace(external_secrets.ADDON, pod_security="baseline")
    assert replace(external_secrets.ADDON, pod_security="baseline", reason="a test").reason


def test_every_exception_from_restricted_has_a_reason() -> None:
    assert all(addon.reason for addon in ADDONS.values() if addon.pod_security != "restricted")


def test_every_webhook_can_be_called_by_the_api_server(shop: Context) -> None:
    """No pod selector matches the API server: what it calls needs a policy of another kind."""
    for name in WEBHOOKS:
        ports = {
            str(flow.port)
            for component in ADDONS[name].components(shop)
            for flow in component.flows
            if isinstance(flow, FromApiServer)
        }
        opened = {
            port["port"]
            for manifest in addon_manifests(ADDONS[name], shop)
            if manifest.kind == "CiliumNetworkPolicy"
            for rule in manifest.body["spec"].get("ingress", ())
            if "kube-apiserver" in rule["fromEntities"]
            for ports_ in rule["toPorts"]
            for port in ports_["ports"]
        }
        assert ports
        assert ports == opened


def test_whoever_calls_the_api_server_can_look_names_up(shop: Context) -> None:
    for addon in ADDONS.values():
        for component in addon.components(shop):
            kinds = {type(flow) for flow in component.flows}
            assert ApiServer not in kinds or Dns in kinds, component.name


def test_a_single_replica_has_no_budget_that_would_stop_a_drain(shop: Context) -> None:
    assert budget(shop)["enabled"] == (replicas(shop) > 1)


def test_the_platform_runs_on_the_system_pools_and_tolerates_their_taints(shop: Context) -> None:
    assert system_nodes(shop) == {
        "nodeSelector": {"andamio.dev/pool": "system"},
        "tolerations": [{"key": "andamio.dev/system", "operator": "Equal", "value": "true", "effect": "NoSchedule"}],
    }


def test_addons_of_production_run_twice(tienda: Platform) -> None:
    values = external_secrets.values(context(tienda.views["production"]))
    assert values["replicaCount"] == values["webhook"]["replicaCount"] == 2
    assert values["leaderElect"] is True


def test_every_program_has_requests_limits_and_a_priority(shop: Context) -> None:
    for addon in ADDONS.values():
        components = addon.components(shop)
        text = str(addon.checked_values(shop))
        if components:
            assert "'requests'" in text, addon.name
            assert "'limits'" in text, addon.name
            assert "priorityClassName" in text, addon.name
