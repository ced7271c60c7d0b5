"""The stack of what lies in the registry: a project a team, robots, rules of keeping."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cdktf import Construct
from andamio.cloud.place import Place, place
from andamio.cloud.registry_content import HouseKeeping, PullRobot, TeamProject
from andamio.cloud.secret import StoredSecret, WrittenSecret
from andamio.cloud.stack import CloudStack
from andamio.contract.platform import Platform
from andamio.contract.secrets import registry_admin_link, registry_pull_link, registry_push_link
from andamio.contract.stacks import Stack
from cdktf_cdktf_provider_harbor.provider import HarborProvider

__all__ = ["SharedRegistryContentStack", "SharedRegistryContentView", "TeamImages", "shared_registry_content_view"]


@dataclass(frozen=True, kw_only=True)
class TeamImages:
    """What the registry has to know of one team."""

    team: str
    released: tuple[str, ...]
    """Tags that any release file names for its services, sorted."""


@dataclass(frozen=True, kw_only=True)
class SharedRegistryContentView:
    """What the stack of the registry's content is built from."""

    place: Place
    environments: tuple[str, ...]
    """Names of all environments, sorted."""

    teams: tuple[TeamImages, ...]
    """By name."""

    keep: int
    """Most recently pushed images that are kept of each repository."""

    scan: bool
    """Whether the registry's plan has a scanner."""


def shared_registry_content_view(platform: Platform) -> SharedRegistryContentView:
    """The view of the stack of the registry's content.

    Only the tags of a release count, not its digests: rules of the registry speak of tags.
    """
    registry = platform.shared.registry
    released: dict[str, set[str]] = {team.name: set() for team in platform.shared.teams}
    for view in platform.views.values():
        for service in view.services:
            image = view.image(service.name)
            if image is not None and service.team in released:
                released[service.team].add(image.tag)
    return SharedRegistryContentView(
        place=place(platform.shared),
        environments=tuple(sorted(platform.views)),
        teams=tuple(TeamImages(team=team, released=tuple(sorted(tags))) for team, tags in sorted(released.items())),
        keep=registry.keep,
        scan=registry.plan != "SMALL",
    )


class SharedRegistryContentStack(CloudStack):
    """Projects, robots and rules of keeping; robots' credentials go to the shared key store."""

    def __init__(self, scope: Construct, name: str, view: SharedRegistryContentView) -> None:
        super().__init__(scope, name, kind=Stack.SHARED_REGISTRY_CONTENT, place=view.place)
        host = self.remote(Stack.SHARED_REGISTRY, "registry_host")
        store = self.remote(Stack.SHARED_KEYS, "key_store_id")
        administrator = StoredSecret(self, "administrator", stack=self, store=store, link=registry_admin_link())
        HarborProvider(
            self,
            "harbor",
            url=f"https://{host}",
            username=administrator.value("username"),
            password=administrator.value("password"),
            insecure=False,
        )
        projects = []
        for one in view.teams:
            project = TeamProject(
                self,
                f"team-{one.team}",
                stack=self,
                team=one.team,
                scan=view.scan,
                environments=view.environments,
                released=one.released,
                keep=view.keep,
            )
            projects.append(project.name)
            WrittenSecret(
                self,
                f"push-{one.team}",
                stack=self,
                store=store,
                link=registry_push_link(one.team),
                values={"host": host, "username": project.push_user, "password": project.push_password},
            )
        pull = PullRobot(self, "pull", stack=self, projects=projects)
        WrittenSecret(
            self,
            "pull-secret",
            stack=self,
            store=store,
            link=registry_pull_link(),
            values={"host": host, "username": pull.user, "password": pull.password},
        )
        HouseKeeping(self, "housekeeping", stack=self, scan=view.scan)
