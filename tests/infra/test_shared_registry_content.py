import dataclasses

from andamio.contract.platform import Platform
from andamio.model import Image, Registry, Release, Service, Team
from infra.stacks.shared_registry_content import TeamImages, shared_registry_content_view
from tests.infra.small_shop import SHARED, platform

A, B, C = ("a" * 40, "b" * 40, "c" * 40)


def released(**environments: dict[str, str]) -> Platform:
    services = (Service(name="orders", team="commerce"), Service(name="site", team="web"))
    teams = (Team(name="web", group="web"), Team(name="commerce", group="commerce"))
    releases = {
        name: Release(services={service: Image(tag=tag) for service, tag in images.items()})
        for name, images in environments.items()
    }
    shop = platform(services, shared=SHARED.model_copy(update={"teams": teams}))
    return dataclasses.replace(shop, releases=releases)


def test_a_team_keeps_the_tags_of_its_own_services_in_all_environments() -> None:
    view = shared_registry_content_view(released(dev={"orders": A, "site": C}, production={"orders": B}))
    assert view.teams == (TeamImages(team="commerce", released=(A, B)), TeamImages(team="web", released=(C,)))
    assert view.environments == ("dev", "production")


def test_a_team_without_a_release_has_a_project_all_the_same() -> None:
    assert [one.team for one in shared_registry_content_view(released()).teams] == ["commerce", "web"]


def test_a_release_of_a_service_that_is_not_in_the_catalog_keeps_nothing() -> None:
    view = shared_registry_content_view(released(dev={"gone": A}))
    assert not [tag for one in view.teams for tag in one.released]


def test_the_smallest_registry_cannot_scan() -> None:
    for plan, scan in (("SMALL", False), ("MEDIUM", True), ("LARGE", True)):
        shared = SHARED.model_copy(update={"registry": Registry(region="GRA", plan=plan, keep=3)})
        view = shared_registry_content_view(platform(shared=shared))
        assert (view.scan, view.keep) == (scan, 3)
