from dataclasses import replace

import pytest

from andamio.contract.platform import Platform
from andamio.contract.views import context
from andamio.kubernetes import references
from andamio.kubernetes.addons import ADDONS
from andamio.kubernetes.order import OrderError
from andamio.kubernetes.units import CONCERNS, Unit, addon_manifests, unit_waves, units


def _unit(name: str, *, provides: set[str] | None = None, needs: set[str] | None = None) -> Unit:
    return Unit(name=name, namespace=name, provides=frozenset(provides or ()), needs=frozenset(needs or ()))


def test_every_unit_comes_after_those_that_provide_what_it_needs(tienda: Platform) -> None:
    for view in tienda.views.values():
        found = units(context(view), databases=True)
        order = unit_waves(found)
        providers = {reference: unit.name for unit in found for reference in unit.provides}
        checked = 0
        for unit in found:
            for reference in unit.needs:
                if providers[reference] != unit.name:
                    assert order[providers[reference]] < order[unit.name], (unit.name, reference)
                    checked += 1
        assert checked > 20


def test_definitions_come_before_operators_stores_issuers_and_the_gateway(tienda: Platform) -> None:
    order = unit_waves(units(context(tienda.views["dev"]), databases=True))
    chains = (
        ("platform", "external-secrets", "secret-stores", "certificates", "gateway"),
        ("platform", "cert-manager", "cert-manager-webhook-ovh", "certificates"),
        ("gateway-api", "istiod", "gateway"),
        ("istio-base", "istiod"),
        ("secret-stores", "external-dns"),
        ("secret-stores", "database-grants"),
    )
    for chain in chains:
        assert [order[name] for name in chain] == sorted({order[name] for name in chain}), chain


def test_what_an_object_names_is_found_in_the_object(tienda: Platform) -> None:
    shop = context(tienda.views["dev"])
    needed = {name: {r for m in c.manifests(shop) for r in references.needed(m)} for name, c in CONCERNS.items()}
    assert "ClusterSecretStore/key-store" in needed["certificates"]
    assert "Solver/ovh" in needed["certificates"]
    assert {"ClusterIssuer/letsencrypt", "GatewayClass/istio", "Gateway/gateway/public"} <= needed["gateway"]
    assert "CustomResourceDefinition/ClusterSecretStore.external-secrets.io" in needed["secret-stores"]
    assert needed["platform"] <= {
        f"Namespace/{name}" for name in (*{a.namespace for a in ADDONS.values()}, "default", "gateway")
    }


def test_every_custom_resource_that_is_written_is_brought_by_an_addon(tienda: Platform) -> None:
    shop = context(tienda.views["production"])
    brought = {f"CustomResourceDefinition/{crd}" for addon in ADDONS.values() for crd in addon.crds}
    manifests = [m for c in CONCERNS.values() for m in c.manifests(shop)]
    manifests += [m for addon in ADDONS.values() for m in addon_manifests(addon, shop)]
    needed = {r for m in manifests for r in references.needed(m) if r.startswith("CustomResourceDefinition/")}
    assert needed
    assert needed <= brought


def test_a_thing_that_nobody_provides_is_an_error() -> None:
    with pytest.raises(OrderError, match="a needs ClusterIssuer/x, which no Application provides"):
        unit_waves((_unit("a", needs={"ClusterIssuer/x"}),))


def test_a_thing_that_two_provide_is_an_error() -> None:
    two = (_unit("a", provides={"Solver/ovh"}), _unit("b", provides={"Solver/ovh"}))
    with pytest.raises(OrderError, match="Solver/ovh is provided twice: by a and by b"):
        unit_waves(two)


def test_a_circle_of_units_is_named() -> None:
    circle = (_unit("a", provides={"A"}, needs={"B"}), _unit("b", provides={"B"}, needs={"A"}))
    with pytest.raises(OrderError, match="a → b → a"):
        unit_waves(circle)


def test_without_databases_there_is_no_grants_unit(tienda: Platform) -> None:
    shop = context(tienda.views["dev"])
    assert {u.name for u in units(shop, databases=True)} - {u.name for u in units(shop, databases=False)} == {
        "database-grants"
    }


def test_no_unit_depends_on_the_plan_of_the_cluster(tienda: Platform) -> None:
    shop = context(tienda.views["dev"])
    cluster = shop.environment.cluster.model_copy(update={"plan": "free"})
    free = replace(shop, environment=shop.environment.model_copy(update={"cluster": cluster}))
    assert unit_waves(units(free, databases=True)) == unit_waves(units(shop, databases=True))
