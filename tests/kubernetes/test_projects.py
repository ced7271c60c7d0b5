from typing import Any

import pytest

from andamio.cdk8s import App
from andamio.contract.platform import Platform
from andamio.contract.shares import builder
from andamio.contract.views import context
from andamio.kubernetes.applications import application_manifests
from andamio.kubernetes.projects import NAMESPACES, SERVICE_KINDS, projects
from k8s.main import shares


@pytest.fixture
def fences(tienda: Platform) -> dict[str, dict[str, Any]]:
    owners = [(service.name, service.team) for service in tienda.services]
    return {m.name: m.body["spec"] for m in projects(context(tienda.views["dev"]), owners)}


def test_a_team_reaches_the_namespaces_of_its_own_services_only(
    tienda: Platform, fences: dict[str, dict[str, Any]]
) -> None:
    for team in tienda.shared.teams:
        own = sorted(service.name for service in tienda.services if service.team == team.name)
        assert [d["namespace"] for d in fences[team.name]["destinations"]] == own
        assert fences[team.name]["clusterResourceWhitelist"] == []
        assert fences[team.name]["sourceRepos"] == [tienda.shared.repository.url]


def test_a_team_can_hold_no_secret_no_rights_and_no_store(fences: dict[str, dict[str, Any]]) -> None:
    kinds = {kind for _, kind in SERVICE_KINDS}
    assert not kinds & {"ClusterSecretStore", "Gateway", "Pod", "Role", "RoleBinding", "Secret", "SecretStore", "*"}
    assert not {group for group, _ in SERVICE_KINDS} & {"*", "argoproj.io", "rbac.authorization.k8s.io"}
    assert {name for name, fence in fences.items() if "namespaceResourceWhitelist" not in fence} == {
        NAMESPACES,
        "default",
    }


def test_a_services_namespace_fits_the_project_of_namespaces_and_all_else_its_teams(
    tienda: Platform, fences: dict[str, dict[str, Any]]
) -> None:
    allowed, brought = set(SERVICE_KINDS), fences[NAMESPACES]["clusterResourceWhitelist"]
    names = {service.name for service in tienda.services}
    app = App()
    seen = set()
    for view in tienda.views.values():
        for share in shares(view):
            if share.folder in names:
                for body in builder(share.chart)(app, f"{share.environment}-{share.folder}", share.view).to_json():
                    if body["kind"] == "Namespace":
                        assert body["metadata"]["name"] == share.folder
                        assert {"group": "", "kind": "Namespace", "name": share.folder} in brought
                        continue
                    group = body["apiVersion"].rpartition("/")[0]
                    assert (group, body["kind"]) in allowed, (share.folder, body["kind"])
                    assert body["metadata"].get("namespace", share.folder) == share.folder
                    seen.add(body["kind"])
    assert {"Deployment", "ExternalSecret", "HTTPRoute"} <= seen


def test_every_application_fits_its_project(tienda: Platform) -> None:
    for view in tienda.views.values():
        owners = [(service.name, service.team) for service in view.services]
        made = application_manifests(context(view), owners, databases=True)
        fences = {m.name: m.body["spec"] for m in made if m.kind == "AppProject"}
        for app in (m.body["spec"] for m in made if m.kind == "Application"):
            fence = fences[app["project"]]
            for source in app.get("sources", [app.get("source")]):
                assert source["repoURL"] in fence["sourceRepos"]
            places = {d["namespace"] for d in fence["destinations"]}
            assert app["destination"]["namespace"] in places or places == {"*"}


def test_the_project_of_the_namespaces_allows_them_and_nothing_else(
    tienda: Platform, fences: dict[str, dict[str, Any]]
) -> None:
    """Its Application reads a file of every service's folder, whatever a commit puts into it."""
    fence = fences[NAMESPACES]
    names = sorted([*(service.name for service in tienda.services), "database-grants"])
    assert fence["clusterResourceWhitelist"] == [{"group": "", "kind": "Namespace", "name": name} for name in names]
    assert fence["namespaceResourceBlacklist"] == [{"group": "*", "kind": "*"}]
    assert "namespaceResourceWhitelist" not in fence


def test_the_default_project_allows_nothing(fences: dict[str, dict[str, Any]]) -> None:
    fence = fences["default"]
    assert fence["sourceRepos"] == fence["destinations"] == fence["clusterResourceWhitelist"] == []
    assert fence["namespaceResourceBlacklist"] == [{"group": "*", "kind": "*"}]
    assert "namespaceResourceWhitelist" not in fence
