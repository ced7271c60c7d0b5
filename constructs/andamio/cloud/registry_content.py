"""What lies in the registry: a Harbor project a team, its rules, and the robot accounts."""

from __future__ import annotations

from collections.abc import Sequence

from andamio.cdktf import Construct
from andamio.cloud.image_keeping import immutable_patterns, retention_rules
from andamio.cloud.stack import CloudStack, lifecycle
from andamio.contract.names import registry_project
from cdktf_cdktf_provider_harbor.garbage_collection import GarbageCollection
from cdktf_cdktf_provider_harbor.immutable_tag_rule import ImmutableTagRule
from cdktf_cdktf_provider_harbor.interrogation_services import InterrogationServices
from cdktf_cdktf_provider_harbor.project import Project
from cdktf_cdktf_provider_harbor.retention_policy import RetentionPolicy
from cdktf_cdktf_provider_harbor.robot_account import RobotAccount

__all__ = ["PULL_ROBOT", "HouseKeeping", "PullRobot", "TeamProject"]

PULL_ROBOT = "pull"
"""The account by which clusters pull; no team may have that name, since Terraform would have it twice."""


class TeamProject(Construct):
    """The private project of one team, with the rules of `image_keeping` and a robot that pushes to it.

    Images are scanned when they are pushed, where the registry's plan has a scanner. The robot pulls, pushes and sets
    tags in this project alone. Terraform refuses to destroy the project: clusters pull from it.

    Args:
        team: Name of the team.
        scan: Whether the registry can scan.
        environments: Names of all environments, for their marks.
        released: Tags that any release file names for the team's images.
        keep: Most recently pushed images that are kept beside those.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        stack: CloudStack,
        team: str,
        scan: bool,
        environments: Sequence[str],
        released: Sequence[str],
        keep: int,
    ) -> None:
        super().__init__(scope, id_)
        project = stack.address(
            Project(
                self,
                "project",
                name=registry_project(team),
                public=False,
                vulnerability_scanning=scan,
                force_destroy=False,
                lifecycle=lifecycle(protect=True),
            ),
            team,
        )
        self.name: str = project.name
        stack.address(
            RetentionPolicy(
                self,
                "retention",
                scope=project.id,
                schedule="Daily",
                rule=list(retention_rules(environments, released, keep)),
            ),
            team,
        )
        for number, pattern in enumerate(immutable_patterns(released), start=1):
            stack.address(
                ImmutableTagRule(
                    self,
                    f"immutable-{number}",
                    project_id=project.id,
                    repo_matching="**",
                    tag_matching=pattern,
                ),
                team,
                "released" if number == 1 else f"released-{number}",
            )
        robot = stack.address(
            RobotAccount(
                self,
                "push",
                name="push",
                level="project",
                description=f"Pipelines of team {team}",
                permissions=[
                    {
                        "kind": "project",
                        "namespace": project.name,
                        "access": [
                            {"resource": "repository", "action": "pull"},
                            {"resource": "repository", "action": "push"},
                            {"resource": "tag", "action": "create"},
                            {"resource": "tag", "action": "delete"},
                        ],
                    }
                ],
            ),
            team,
        )
        self.push_user: str = robot.full_name
        self.push_password: str = robot.secret


class PullRobot(Construct):
    """The robot by which clusters pull from every team's project; it can do nothing else.

    Args:
        projects: Names of the projects.
    """

    def __init__(self, scope: Construct, id_: str, *, stack: CloudStack, projects: Sequence[str]) -> None:
        super().__init__(scope, id_)
        robot = stack.address(
            RobotAccount(
                self,
                "pull",
                name=PULL_ROBOT,
                level="system",
                description="Clusters of all environments",
                permissions=[
                    {
                        "kind": "project",
                        "namespace": project,
                        "access": [{"resource": "repository", "action": "pull"}],
                    }
                    for project in projects
                ],
            ),
            PULL_ROBOT,
        )
        self.user: str = robot.full_name
        self.password: str = robot.secret


class HouseKeeping(Construct):
    """Work that Harbor does for the whole registry.

    Each week it frees the space of what retention deleted; each day it scans anew, since flaws are found in old
    images too.

    Args:
        scan: Whether the registry can scan.
    """

    def __init__(self, scope: Construct, id_: str, *, stack: CloudStack, scan: bool) -> None:
        super().__init__(scope, id_)
        stack.address(GarbageCollection(self, "space", schedule="Weekly", delete_untagged=True), "registry")
        if scan:
            stack.address(InterrogationServices(self, "scans", vulnerability_scan_policy="Daily"), "registry")
