from typing import Any

from andamio.contract.platform import Platform
from andamio.contract.views import Context, context
from andamio.kubernetes.addons.application_health import GATES_LABEL
from andamio.kubernetes.applications import ACCESS, application_manifests
from andamio.kubernetes.projects import NAMESPACES
from andamio.kubernetes.units import GRANTS, units

Owners = tuple[tuple[str, str], ...]


def _owners(platform: Platform) -> Owners:
    return tuple((service.name, service.team) for service in platform.services)


def _applications(shop: Context, owners: Owners) -> dict[str, dict[str, Any]]:
    made = application_manifests(shop, owners, databases=True)
    return {m.name: m.body for m in made if m.kind == "Application"}


def _wave(application: dict[str, Any]) -> int:
    return int(application["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"])


def test_services_share_the_last_wave_and_never_gate_the_root(tienda: Platform) -> None:
    shop, owners = context(tienda.views["dev"]), _owners(tienda)
    found = _applications(shop, owners)
    services = {name for name, _ in owners} | {ACCESS}
    last = {_wave(found[name]) for name in services}
    assert len(last) == 1
    assert all(_wave(app) < min(last) for name, app in found.items() if name not in services)
    free = {name for name, app in found.items() if app["metadata"].get("labels", {}).get(GATES_LABEL) == "false"}
    assert free == services | {GRANTS, NAMESPACES}  # the grants fail until every database is deployed


def test_each_service_addon_and_concern_has_an_application_of_its_own(tienda: Platform) -> None:
    shop, owners = context(tienda.views["dev"]), _owners(tienda)
    expected = {name for name, _ in owners} | {unit.name for unit in units(shop, databases=True)} | {ACCESS, NAMESPACES}
    assert set(_applications(shop, owners)) == expected


def test_every_application_keeps_itself_in_step_and_never_empties(tienda: Platform) -> None:
    for name, app in _applications(context(tienda.views["production"]), _owners(tienda)).items():
        policy = app["spec"]["syncPolicy"]
        only_definitions = name in {"gateway-api", "istio-base"}
        assert policy["automated"] == {"prune": not only_definitions, "selfHeal": True, "allowEmpty": False}
        assert policy["retry"]["refresh"] is True  # a retry takes the commit that mends what failed
        assert policy["retry"]["limit"] < 0  # Argo CD never tries a commit again on which it has given up
        assert {"CreateNamespace=false", "ServerSideApply=true"} <= set(policy["syncOptions"])


def test_a_folder_is_read_as_plain_files_and_only_its_own_changes_render_it(tienda: Platform) -> None:
    orders = _applications(context(tienda.views["dev"]), _owners(tienda))["orders"]
    assert orders["spec"]["source"]["directory"] == {"exclude": "{kustomization.yaml,Namespace.*.yaml}"}
    assert orders["spec"]["source"]["path"] == "dist/k8s/dev/orders"
    paths = orders["metadata"]["annotations"]["argocd.argoproj.io/manifest-generate-paths"]
    assert paths == "/dist/k8s/dev/orders"


def test_an_addon_brings_its_chart_at_a_pinned_version_and_its_folder(tienda: Platform) -> None:
    app = _applications(context(tienda.views["dev"]), _owners(tienda))["external-secrets"]
    chart, folder = app["spec"]["sources"]
    assert (chart["chart"], chart["targetRevision"]) == ("external-secrets", "2.9.0")
    assert chart["helm"]["valuesObject"]["leaderElect"] is True
    assert folder["path"] == "dist/k8s/dev/external-secrets"


def test_the_end_of_a_platform_application_deletes_nothing_and_that_of_a_service_its_objects(tienda: Platform) -> None:
    owners = _owners(tienda)
    found = _applications(context(tienda.views["dev"]), owners)
    ending = {name for name, app in found.items() if app["metadata"].get("finalizers")}
    assert ending == {name for name, _ in owners} | {ACCESS}


def test_what_istiod_changes_itself_is_left_alone(tienda: Platform) -> None:
    found = _applications(context(tienda.views["dev"]), _owners(tienda))
    for name in ("istio-base", "istiod"):
        assert found[name]["spec"]["ignoreDifferences"][0]["jqPathExpressions"] == [".webhooks[]?.failurePolicy"]
        assert "RespectIgnoreDifferences=true" in found[name]["spec"]["syncPolicy"]["syncOptions"]


def test_the_order_of_services_does_not_matter(tienda: Platform) -> None:
    shop, owners = context(tienda.views["dev"]), _owners(tienda)
    straight, reverse = (
        [m.body for m in application_manifests(shop, pairs, databases=True)] for pairs in (owners, owners[::-1])
    )
    assert straight == reverse


def test_a_new_service_adds_its_application_and_its_places_in_its_teams_project(tienda: Platform) -> None:
    shop, owners = context(tienda.views["dev"]), _owners(tienda)

    def objects(pairs: Owners) -> dict[tuple[str, str], dict[str, Any]]:
        return {(m.kind, m.name): m.body for m in application_manifests(shop, pairs, databases=True)}

    before, after = objects(owners), objects((*owners, ("newcomer", "data")))
    assert set(after) - set(before) == {("Application", "newcomer")}
    assert {key for key in before if before[key] != after[key]} == {
        ("AppProject", "data"),
        ("AppProject", NAMESPACES),
    }


def test_another_application_brings_the_namespaces_that_the_folders_of_services_and_grants_hold(
    tienda: Platform,
) -> None:
    """One whose folder held its own would wait without end for it, once somebody deleted it."""
    shop, owners = context(tienda.views["dev"]), _owners(tienda)
    found = _applications(shop, owners)
    directory = found[NAMESPACES]["spec"]["source"]["directory"]
    assert found[NAMESPACES]["spec"]["source"]["path"] == "dist/k8s/dev"
    assert directory == {"recurse": True, "include": "*/Namespace.*.yaml", "exclude": "platform/*"}
    for name in {*(service for service, _ in owners), GRANTS}:
        assert "Namespace.*.yaml" in found[name]["spec"]["source"]["directory"]["exclude"]
    assert _wave(found[NAMESPACES]) < min(_wave(found[name]) for name in (*(one for one, _ in owners), GRANTS, ACCESS))


def test_no_namespaces_no_application_of_them(tienda: Platform) -> None:
    made = application_manifests(context(tienda.views["dev"]), (), databases=False)
    assert NAMESPACES not in {one.name for one in made if one.kind == "Application"}
