"""Deploys a platform's stacks in order by the real Terraform against the imitated cloud."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from andamio.cloud.links_gitops import manual_secrets
from andamio.contract.outputs import PUBLISHED_BY, SHARED_PUBLISHED_BY, CloudOutputs, SharedOutputs
from andamio.contract.platform import Platform
from andamio.contract.stacks import ENVIRONMENT_STACKS, SHARED_STACKS, Stack
from andamio.model import Service
from andamio.sandbox.models.keys import write_secret
from andamio.sandbox.terraform import Plan, Providers, TerraformError, Workspace
from andamio.synthesis.composition import Composition
from andamio.synthesis.stacks import StackJob, build_stacks, merged, stack_file

__all__ = ["ENVIRONMENTS", "STACKS", "Deployment", "change_service", "without_service"]

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ("dev", "staging", "production")
STACKS = [*map(str, SHARED_STACKS), *(f"{env}-{stack}" for env in ENVIRONMENTS for stack in ENVIRONMENT_STACKS)]
"""Every stack of the shop."""


class Deployment:
    """A platform on one machine. `platform` gains the cloud outputs of what was deployed.

    Args:
        platform: The catalog.
        workspace: Where stacks and states lie.
        providers: Started providers.
    """

    def __init__(self, platform: Platform, workspace: Workspace, providers: Providers) -> None:
        self.platform = platform
        self.workspace = workspace
        self.cloud = providers.cloud
        self.refused: dict[str, str] = {}
        """Stack → what Terraform said when it did not want to."""

        self.second: dict[str, Plan] = {}
        """Stack → its plan right after it was applied."""

    def deploy_all(self) -> None:
        """Shared stacks, then every environment, each with the outputs of those before it."""
        self.deploy_shared()
        for environment in self.platform.views:
            self.deploy([one for one in ENVIRONMENT_STACKS if one is not Stack.GITOPS], environment)
            self.write_manual_secrets(environment)
            self.take_outputs(environment)
            self.deploy([Stack.GITOPS], environment)

    def deploy_shared(self) -> None:
        """The shared stacks, with what they publish in the catalog."""
        zones = {domain.zone for domain in (one.domain for one in self.platform.environments)}
        self.cloud.configure("zones", sorted({*self.platform.shared.zones, *zones}))
        self.deploy(SHARED_STACKS)
        found = self._outputs({name: str(stack) for name, stack in SHARED_PUBLISHED_BY.items()})
        self.platform = replace(self.platform, shared_outputs=SharedOutputs(source="sandbox", **found))

    def deploy(self, kinds: Sequence[Stack], environment: str = "") -> None:
        """Init, validate, apply and plan again; what fails is kept in `refused`."""
        names = [f"{environment}-{kind}" if environment else str(kind) for kind in kinds]
        for name, files in self.build(self.platform, names).items():
            try:
                self.workspace.write(name, files)
                self.workspace.init(name)
                self.workspace.validate(name)
                self.workspace.apply(name)
                self.second[name] = self.workspace.plan(name)
            except TerraformError as error:
                self.refused[name] = error.text

    def take_outputs(self, environment: str) -> None:
        """Write what the stacks published into the catalog, as `andamio outputs pull` does."""
        found = self._outputs({name: f"{environment}-{stack}" for name, stack in PUBLISHED_BY.items()})
        outputs = CloudOutputs.model_validate({"source": "sandbox", **found}, strict=False)
        self.platform = replace(self.platform, outputs={**self.platform.outputs, environment: outputs})

    def write_manual_secrets(self, environment: str) -> None:
        """Put into the key store what a person has to."""
        store = str(self.workspace.outputs(f"{environment}-keys")["key_store_id"])
        self.fill(store)

    def fill(self, store: str) -> None:
        """Write everything by hand that a person writes into a key store."""
        for one in manual_secrets(self.platform.shared.repository):
            write_secret(self.cloud, store, one.link.path, {key: f"by hand: {key}" for key in one.link.keys})

    def plan(self, platform: Platform, name: str, *options: str) -> Plan:
        """What Terraform would do to one stack of another platform. State and stack stay as they are."""
        before = self.workspace.files(name)
        try:
            self.put(platform, name)
            return self.workspace.plan(name, *options)
        finally:
            self.workspace.write(name, before)

    def put(self, platform: Platform, name: str) -> None:
        """Build one stack of another platform and put it in place of what was there."""
        self.workspace.write(name, self.build(platform, [name])[name])
        self.workspace.init(name)

    @staticmethod
    def build(platform: Platform, names: Sequence[str]) -> dict[str, Mapping[str, str]]:
        """Stack → its files by their path, in the order of deployment."""
        shares = [one for one in Composition.find(ROOT).stacks(platform) if one.name in names]
        jobs = [StackJob(share=share, parts=tuple(part.name for part in share.parts)) for share in shares]
        built = {}
        for share, fragments in zip(shares, build_stacks(jobs), strict=True):
            document = merged(fragments.values())
            text = stack_file(share, document, "make synth")
            built[share.name] = {"cdk.tf.json": text, **document.get("//files", {})}
        return built

    @contextmanager
    def branch(self, folder: Path, *stacks: str) -> Iterator[Deployment]:
        """A copy of `stacks` that may be changed: its own states, its own cloud, its own providers."""
        for state in self.workspace.folder.glob("*.tfstate"):
            shutil.copy(state, folder)
        self.cloud.copy(folder / "cloud.sqlite").close()
        with Providers(folder / "cloud.sqlite") as providers:
            workspace = Workspace(folder, providers, engine=self.workspace.engine)
            branch = Deployment(self.platform, workspace, providers)
            for stack in stacks:
                branch.workspace.write(stack, self.workspace.files(stack))
                branch.workspace.init(stack)
            yield branch

    def _outputs(self, published: Mapping[str, str]) -> dict[str, object]:
        """Name → value of what was deployed; what was refused is left out and shows in its own test."""
        return {name: self.workspace.outputs(stack)[name] for name, stack in published.items() if stack in self.second}


def change_service(platform: Platform, service: str, /, **changes: object) -> Platform:
    """A platform in which one service is another."""
    services = tuple(one.model_copy(update=changes) if one.name == service else one for one in platform.services)
    return replace(platform, services=tuple(sorted(services, key=_name)))


def without_service(platform: Platform, name: str) -> Platform:
    """A platform that lacks a service. Nothing is checked: others may still name it."""
    return replace(platform, services=tuple(one for one in platform.services if one.name != name))


def _name(service: Service) -> str:
    return service.name
