"""The stack of what lies in the registry: a project a team, robots, rules of keeping."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.registry_content import HouseKeeping, PullRobot, TeamProject
from andamio.cloud.secret import StoredSecret, WrittenSecret
from andamio.cloud.stack import CloudStack
from andamio.contract.secrets import registry_admin_link, registry_pull_link, registry_push_link
from andamio.contract.stacks import Stack
from cdktf_cdktf_provider_harbor.provider import HarborProvider
from infra.views.shared_registry_content import SharedRegistryContentView, TeamImages, shared_registry_content_view

__all__ = ["SharedRegistryContentStack", "SharedRegistryContentView", "TeamImages", "shared_registry_content_view"]


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
                key_store_id=store,
                link=registry_push_link(one.team),
                values={"host": host, "username": project.push_user, "password": project.push_password},
            )
        pull = PullRobot(self, "pull", stack=self, projects=projects)
        WrittenSecret(
            self,
            "pull-secret",
            key_store_id=store,
            link=registry_pull_link(),
            values={"host": host, "username": pull.user, "password": pull.password},
        )
        HouseKeeping(self, "housekeeping", stack=self, scan=view.scan)
