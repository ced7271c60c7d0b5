import dataclasses
from typing import Any

import pytest

from andamio.cdk8s import App
from andamio.cloud import root_application
from andamio.cloud.registry_content import PULL_ROBOT
from andamio.contract.names import RESERVED_APPLICATIONS, RESERVED_NAMESPACES, RESERVED_TEAMS, reserved_for_platform
from andamio.contract.platform import EnvironmentView, Platform
from andamio.contract.shares import ChartShare, builder
from andamio.knowledge.harbor import DEFAULT_PROJECT
from andamio.testing.schema import violations
from k8s.main import shares


def _built(view: EnvironmentView, *, folders: set[str] | None = None) -> dict[tuple[str, str, str, str], Any]:
    app = App()
    found: dict[tuple[str, str, str, str], Any] = {}
    for share in shares(view):
        if folders is None or share.folder in folders:
            for body in builder(share.chart)(app, share.folder, share.view).to_json():
                metadata = body["metadata"]
                key = (share.folder, body["kind"], metadata.get("namespace", ""), metadata["name"])
                assert key not in found, key
                found[key] = body
    return found


def _of(view: EnvironmentView) -> dict[str, ChartShare]:
    return {share.folder: share for share in shares(view)}


@pytest.mark.parametrize("environment", ["dev", "staging", "production"])
def test_every_object_of_an_environment_is_valid_and_stands_once(tienda: Platform, environment: str) -> None:
    view = tienda.views[environment]
    found = _built(view)
    assert len({key[1:] for key in found}) == len(found)
    for key, body in found.items():
        assert violations(body, view.environment.cluster.version) == [], key


def test_there_is_a_folder_for_each_application_and_an_application_for_each_folder(tienda: Platform) -> None:
    view = tienda.views["dev"]
    applications = [body for key, body in _built(view, folders={"applications"}).items() if key[1] == "Application"]
    prefix = f"{view.shared.repository.path}/k8s/dev/"
    read = {
        source["path"].removeprefix(prefix)
        for application in applications
        for source in application["spec"].get("sources", [application["spec"].get("source")])
        if source.get("path", "").startswith(prefix)
    }
    assert read == set(_of(view)) - {"applications"}


@pytest.mark.parametrize("environment", ["dev", "production"])
def test_no_service_can_have_a_name_that_the_platform_uses(tienda: Platform, environment: str) -> None:
    view = tienda.views[environment]
    services = {service.name for service in view.services}
    found = _built(view)
    folders = {share.folder for share in shares(view)}
    applications = {name for _, kind, _, name in found if kind == "Application"} | {root_application.NAME}
    assert (folders | applications) - services == RESERVED_APPLICATIONS
    # What Kubernetes brings has no object of ours.
    brought = {name for name in RESERVED_NAMESPACES if name.startswith("kube-")}
    assert {name for _, kind, _, name in found if kind == "Namespace"} - services == RESERVED_NAMESPACES - brought
    assert all(reserved_for_platform(name) for name in (folders | applications) - services)


def test_no_team_can_have_a_project_of_the_platforms(tienda: Platform) -> None:
    found = _built(tienda.views["dev"], folders={"applications"})
    projects = {name for _, kind, _, name in found if kind == "AppProject"}
    projects.add(root_application.PROJECT)
    assert projects - {team.name for team in tienda.shared.teams} == RESERVED_TEAMS - {DEFAULT_PROJECT, PULL_ROBOT}


def test_views_of_the_platform_are_the_same_whatever_the_services_are(tienda: Platform) -> None:
    view = tienda.views["dev"]
    fewer = dataclasses.replace(view, services=view.services[:-1])
    names = {service.name for service in view.services}
    before, after = _of(view), _of(fewer)
    changed = {folder for folder in after if before[folder].view != after[folder].view}
    assert changed - names - {"database-grants"} == {"access", "applications"}


def test_the_order_of_services_changes_nothing(tienda: Platform) -> None:
    view = tienda.views["dev"]
    folders = {"access", "applications", "secret-stores"}
    assert _built(view, folders=folders) == _built(
        dataclasses.replace(view, services=view.services[::-1]), folders=folders
    )


def test_an_environment_without_services_still_has_its_platform(tienda: Platform) -> None:
    view = dataclasses.replace(tienda.views["dev"], services=())
    folders = set(_of(view))
    assert {"applications", "gateway", "platform", "secret-stores"} <= folders
    assert not {"access", "database-grants"} & folders


def test_each_share_names_the_file_it_comes_from(tienda: Platform) -> None:
    found = _of(tienda.views["dev"])
    assert found["orders"].source == "catalog/services/orders.py"
    assert found["gateway"].source == "catalog/environments.py"
