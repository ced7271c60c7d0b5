import pytest

from andamio.cloud.registry_content import HouseKeeping, PullRobot, TeamProject
from andamio.contract.stacks import Stack
from cdktf_cdktf_provider_harbor.provider import HarborProvider
from tests.cloud.small_stack import place, stack, synthesized


def content(*, scan: bool = True, released: tuple[str, ...] = ("abc",)) -> dict:
    made = stack(Stack.SHARED_REGISTRY_CONTENT, at=place(environment="", region=""))
    HarborProvider(made, "harbor", url="https://registry.example", insecure=False)
    projects = [
        TeamProject(made, team, stack=made, team=team, scan=scan, environments=["dev"], released=released, keep=5).name
        for team in ("web", "data")
    ]
    PullRobot(made, "pull", stack=made, projects=projects)
    HouseKeeping(made, "house", stack=made, scan=scan)
    return synthesized(made)["resource"]


def rights(robot: dict) -> set[tuple[str, str, str]]:
    """Everything that a robot may do, as (project, resource, action)."""
    return {
        (permission["namespace"], access["resource"], access["action"])
        for permission in robot["permissions"]
        for access in permission["access"]
    }


def test_a_project_is_private_and_outlives_mistakes() -> None:
    for project in content()["harbor_project"].values():
        assert project["public"] is False
        assert project["force_destroy"] is False
        assert project["lifecycle"]["prevent_destroy"] is True


@pytest.mark.parametrize("scan", [False, True])
def test_images_are_scanned_when_the_registry_can(scan) -> None:
    found = content(scan=scan)
    assert {one["vulnerability_scanning"] for one in found["harbor_project"].values()} == {scan}
    assert ("harbor_interrogation_services" in found) is scan


def test_clusters_pull_from_every_project_and_can_do_nothing_else() -> None:
    robot = content()["harbor_robot_account"]["pull"]
    assert rights(robot) == {
        ("${harbor_project.web.name}", "repository", "pull"),
        ("${harbor_project.data.name}", "repository", "pull"),
    }
    assert robot["level"] == "system"


def test_a_teams_pipelines_reach_their_own_project_alone() -> None:
    robot = content()["harbor_robot_account"]["web"]
    assert robot["level"] == "project"
    assert {project for project, _, _ in rights(robot)} == {"${harbor_project.web.name}"}
    assert ("${harbor_project.web.name}", "repository", "push") in rights(robot)
    assert not [one for one in rights(robot) if one[1:] == ("repository", "delete")]


def test_rules_of_keeping_stand_in_each_project() -> None:
    found = content()
    for team in ("web", "data"):
        assert found["harbor_retention_policy"][team]["scope"] == f"${{harbor_project.{team}.id}}"
        assert found["harbor_retention_policy"][team]["schedule"]
        assert found["harbor_immutable_tag_rule"][f"{team}-released"]["tag_matching"] == "abc"


def test_a_team_without_a_release_has_nothing_immutable() -> None:
    assert "harbor_immutable_tag_rule" not in content(released=())


def test_space_is_freed() -> None:
    assert content()["harbor_garbage_collection"]["registry"]["delete_untagged"] is True
