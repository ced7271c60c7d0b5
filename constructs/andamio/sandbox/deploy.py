"""Deploys an environment to a running sandbox, in the order in which a person does it at OVHcloud.

Shared stacks, their outputs, the environment's stacks but gitops, their outputs, a commit, gitops; then Argo CD brings
the rest from the sandbox's git remote.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from andamio.cloud.links_gitops import manual_secrets
from andamio.contract.names import cloud_prefix
from andamio.contract.platform import EnvironmentView, Platform
from andamio.contract.secrets import manual_link
from andamio.contract.stacks import ENVIRONMENT_STACKS, SHARED_STACKS, Stack, stack_name
from andamio.engines import engine, find
from andamio.loading import load
from andamio.sandbox.addresses import Addresses
from andamio.sandbox.copies import copy_project, pull, synthesize, uncommitted, write_tree
from andamio.sandbox.difference import Comparison, summary
from andamio.sandbox.errors import SandboxError, UnknownNameError
from andamio.sandbox.models.helm_program import CHART_FOLDER
from andamio.sandbox.models.keys import SECRET, write_secret
from andamio.sandbox.parts import PLANE
from andamio.sandbox.reach import Reach
from andamio.sandbox.site import Site
from andamio.sandbox.stacks import StackError, Stacks
from andamio.sandbox.status import applications, workloads
from andamio.sandbox.terraform import Providers, TerraformError
from andamio.sandbox.up import restart_argo_cd, revive

__all__ = ["Deployed", "deploy"]

Tell = Callable[[str], None]

_PATIENCE: Final = 600.0
"""Seconds in which something has to become Healthy; on a machine with other work a deployment may take long."""

_QUIET: Final = 10.0
"""Seconds between two lines of progress when little happens."""


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What a deployment came to."""

    seconds: Mapping[str, float]
    """Section → how long it took."""

    applications: int
    revision: str
    """The commit of the sandbox's remote that runs."""


@dataclass(kw_only=True)
class _Deployment:
    site: Site
    name: str
    tell: Tell
    unlock: bool
    reach: Reach
    seconds: dict[str, float]

    @property
    def platform(self) -> Platform:
        """The catalog of the copy, with the outputs that were pulled by now."""
        return load(self.site.project / "catalog")

    def run(self) -> Deployed:
        with self._section("copy and synth"):
            for path in self._told_changes():
                self.tell(path)
            copy_project(self.site)
            self._synthesize()
        platform = self.platform
        addresses = self.reach.addresses(platform)
        with self._providers() as stacks:
            with self._section("shared stacks"):
                write_tree(self.site, addresses)
                self._apply(stacks, [stack_name(kind) for kind in SHARED_STACKS])
                self._pull("shared", platform)
            view = platform.views[self.name]
            environment = view.environment
            with self._section("stacks"):
                write_tree(self.site, addresses)
                kinds = [kind for kind in ENVIRONMENT_STACKS if kind is not Stack.GITOPS]
                self._apply(stacks, [stack_name(kind, environment) for kind in kinds])
                self._pull(self.name, platform)
            with self._section("secrets and commit"):
                write_tree(self.site, addresses)
                self._tell_difference(addresses)
                self._write_secrets(self.platform.views[self.name])
                revision = self.reach.commit(f"Deploy {self.name}", platform.shared.repository.branch)
            with self._section("gitops"):
                gitops = stack_name(Stack.GITOPS, environment)
                self._tell_charts(view, stacks, gitops)
                self._apply(stacks, [gitops])
            restart_argo_cd(self.site, platform, self.name, self.tell)
        with self._section("sync"):
            count = self._wait(revision, platform)
        return Deployed(seconds=self.seconds, applications=count, revision=revision)

    def _told_changes(self) -> Iterator[str]:
        changed = uncommitted(self.site.checkout)
        if changed:
            files = f"{len(changed)} file{'' if len(changed) == 1 else 's'}"
            yield f"{files} here are not committed; the sandbox takes them as they lie: {', '.join(changed[:3])}" + (
                " …" if len(changed) > 3 else ""
            )

    def _tell_difference(self, addresses: Addresses) -> None:
        """What differs from the checkout's own `dist/`."""
        compared = Comparison(
            before=self.site.checkout / "dist",
            after=self.site.tree / "dist",
            addresses=addresses,
            platform_before=load(self.site.checkout / "catalog"),
            platform_after=self.platform,
        )
        self.tell("dist/ here and in the sandbox differ in:")
        for line in summary(compared.changes()):
            self.tell(line)

    def _synthesize(self) -> None:
        done = synthesize(self.site)
        changed = sum(len(done[what]) for what in ("added", "changed", "removed"))
        self.tell(f"synth: {changed} files changed in the sandbox's copy of dist/")

    def _pull(self, name: str, platform: Platform) -> None:
        done = pull(self.site, name, self.reach.environment)
        fields = ", ".join(one["field"] for one in done["changes"]) or "nothing changed"
        self.tell(f"outputs pull {name} (source {done['source']}): {fields}")
        if done["written"]:
            self._synthesize()

    @contextmanager
    def _providers(self) -> Iterator[Stacks]:
        with Providers(self.site.cloud_file) as providers:
            environment = {**self.reach.environment, "TF_REATTACH_PROVIDERS": providers.reattach}
            cdktf = find(engine("cdktf")) if (self.site.project / "cdktf.json").is_file() else None
            self.tell(f"stacks are deployed by {f'cdktf {cdktf.version}' if cdktf else 'terraform'}")
            folder = self.site.tree / "dist" / "terraform" / "stacks"
            yield Stacks(folder, environment, cdktf=cdktf.path if cdktf else None)

    def _apply(self, stacks: Stacks, names: Sequence[str]) -> None:
        record, left, begun = self.site.record, list(names), time.monotonic()

        def done(name: str, said: str) -> None:
            nonlocal begun
            taken, begun = time.monotonic() - begun, time.monotonic()
            record.stack(self.name, name, "applied", seconds=taken)
            self.tell(f"{name}: {said or 'applied'} ({taken:.1f} s)")
            left.remove(name)
            if left:
                record.stack(self.name, left[0], "applying")

        while left:
            record.stack(self.name, left[0], "applying")
            try:
                stacks.apply_all(tuple(left), done)
            except BaseException as error:
                for name in left[:1]:
                    record.stack(self.name, name, "failed", seconds=time.monotonic() - begun)
                if not (self.unlock and isinstance(error, StackError) and error.lock_id):
                    raise
                stacks.run(error.stack, "force-unlock", "-force", error.lock_id)
                self.tell(f"{error.stack}: freed the lock {error.lock_id}, as --unlock asks")

    def _write_secrets(self, view: EnvironmentView) -> None:
        """What people put into the key store at OVHcloud, with made-up values; what is there stays."""
        links = [one.link for one in manual_secrets(view.shared.repository)]
        links += [manual_link(service, secret) for service in view.services for secret in service.secrets]
        store, written = view.outputs.key_store_id, []
        cloud = self.site.cloud()
        try:
            for link in links:
                if cloud.get(SECRET, f"{store}/{link.path}") is None:
                    write_secret(cloud, store, link.path, {key: f"sandbox-{key}" for key in link.keys})
                    written.append(link.path)
        finally:
            cloud.close()
        if written:
            self.tell(f"secrets that people provide, written with made-up values: {', '.join(written)}")

    def _tell_charts(self, view: EnvironmentView, stacks: Stacks, gitops: str) -> None:
        cloud = self.site.cloud()
        try:
            cluster = cloud_prefix(view.shared, view.environment)
            cloud.configure(f"{CHART_FOLDER}{cluster}", str(stacks.folder(gitops)))
        finally:
            cloud.close()

    def _wait(self, revision: str, platform: Platform) -> int:
        """Wait until the root Application and all others are Synced and Healthy, and every workload is."""
        limit, told, shown, best = time.monotonic() + _PATIENCE, "", 0.0, -1
        with self.site.speaking(self.name) as client:
            self._refresh(client)
            while True:
                revive(self.site, platform, self.name, self.tell)
                found = list(applications(client))
                open_ones = [one for one in found if not one.healthy]
                waiting = [one for one in workloads(client) if not one.healthy]
                root = any(one.name == "root" and one.revision == revision for one in found)
                if root and not open_ones and not waiting:
                    return len(found)
                if (good := len(found) - len(open_ones) - len(waiting)) > best:
                    best, limit = good, time.monotonic() + _PATIENCE
                line = f"{len(found) - len(open_ones)} of {len(found)} Applications Synced and Healthy"
                if (line != told or time.monotonic() - shown > _QUIET) and time.monotonic() - shown > 1:
                    told_of = [f"; {one.name}: {_short(one.reason)}" for one in open_ones]
                    told_of += [f"; {one.kind} {one.name}: {_short(one.reason)}" for one in waiting]
                    self.tell(f"{line}{next(iter(told_of), '')}")
                    told, shown = line, time.monotonic()
                if time.monotonic() > limit:
                    names = ", ".join([one.name for one in open_ones] + [one.name for one in waiting])
                    raise SandboxError(
                        f"Nothing more became Healthy within {_PATIENCE:.0f} s: {names}. "
                        "`andamio sandbox status` tells why."
                    )
                time.sleep(0.5)

    def _refresh(self, client: Any) -> None:
        """Let Argo CD look at the remote at once instead of within three minutes, as its webhook would."""
        path = client.path("argoproj.io/v1alpha1", "Application", "root", "argocd")
        client.merge(path, {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}})

    @contextmanager
    def _section(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        self.site.record.phase(self.name, "deploying", name)
        yield
        self.seconds[name] = time.monotonic() - begun
        self.tell(f"{name}: {self.seconds[name]:.1f} s")


def deploy(site: Site, name: str, *, tell: Tell, unlock: bool = False) -> Deployed:
    """Deploy an environment that is up, shared stacks first, and wait until everything is Synced and Healthy.

    Args:
        site: The sandbox.
        name: The environment.
        tell: Takes a line for each step.
        unlock: Whether a lock that a killed deployment left on a state is freed. Default: it is told.

    Raises:
        UnknownNameError: the catalog has no such environment.
        CheckError: the catalog breaks a rule; nothing was deployed.
        SandboxError: it is not up, something fails, or Argo CD is not done in time. What was deployed stays.
    """
    platform = load(site.checkout / "catalog")
    if name not in platform.views:
        raise UnknownNameError(f"The catalog has no environment {name}. It has {', '.join(platform.views)}.")
    with site.record.locked(f"deploy {name}"):
        plane = site.record.parts.get(f"{name}/{PLANE}")
        if plane is not None and plane.alive:
            revive(site, platform, name, tell)
        if lacking := site.record.lacking(name):
            there = any(part.alive for part in site.record.parts.values() if part.environment == name)
            what = f"does not run whole, {', '.join(lacking)} missing" if there else "does not run"
            raise SandboxError(f"{name} {what}. Run `andamio sandbox up --env {name}`.")
        before = site.record.environments[name]
        phase, note = before.phase, before.note
        deployment = _Deployment(site=site, name=name, tell=tell, unlock=unlock, reach=Reach.of(site), seconds={})
        try:
            done = deployment.run()
        except BaseException as error:
            why = "interrupted" if isinstance(error, KeyboardInterrupt) else str(error) or type(error).__name__
            if deployment.seconds:
                site.record.phase(name, "failed", _short(why))
            else:  # the copy's catalog was not even synthesized
                site.record.phase(name, phase, note)
            if isinstance(error, TerraformError):
                raise SandboxError(str(error)) from None
            raise
        site.record.phase(name, "deployed")
        return done


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 120 else f"{plain[:119]}…"
