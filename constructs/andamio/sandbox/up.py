"""Starts a sandbox: what all environments share, then each environment's control plane and what runs beside it.

Everything is started detached, as the user's own processes on loopback, and is written down. What runs already is left
alone; of what was killed, its environment is started again on the same ports and data.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from andamio.contract.names import cloud_prefix
from andamio.contract.platform import Platform
from andamio.engines import EngineError, MissingEngineError, path
from andamio.engines.errors import PORT_TAKEN
from andamio.engines.on_machine import TERRAFORM
from andamio.sandbox.certificate_access import access
from andamio.sandbox.components import (
    ENVIRONMENT_PARTS,
    SHARED_PARTS,
    Component,
    Given,
    Maker,
    argo_cd_values,
    digest,
    missing,
)
from andamio.sandbox.errors import SandboxError, UnknownNameError
from andamio.sandbox.identity import MARK, Process, end, marked, started
from andamio.sandbox.logs import last_words
from andamio.sandbox.parts import ARGO_CD, CHARTS, PLANE
from andamio.sandbox.ports import kept_ports
from andamio.sandbox.record import Part
from andamio.sandbox.site import Site
from andamio.state.errors import SettingError

__all__ = ["Tell", "restart_argo_cd", "revive", "up"]

Tell = Callable[[str], None]
"""Takes one line on how far something is."""

_LEAST_FREE: Final = 2_000_000_000
"""Bytes that have to be free: an environment's data and logs take a few hundred MB."""


@dataclass(frozen=True, kw_only=True)
class _Starter:
    site: Site
    platform: Platform
    charts: str
    tell: Tell
    moved: list[str] = field(default_factory=list)
    """Parts that had to take other ports than before."""

    def part(self, name: str, maker: Maker, environment: str = "") -> None:
        """Start a part unless it runs."""
        record, before = self.site.record, self.site.record.parts.get(name)
        if before is not None and before.alive:
            self.tell(f"{name} runs already")
            return
        if before is not None and before.processes:
            gone = ", ".join(one.name for one in before.processes if not one.alive)
            self.tell(f"{name}: {gone} had ended; starting it again")
            record.end_parts(name)
        ports, taken = kept_ports(before.ports if before else ())
        if taken:
            self.tell(f"{name}: port {', '.join(map(str, taken))} is taken by another program; taking others")
            self.moved.append(name)
        begun = time.monotonic()
        folder = self.site.part(name)
        folder.mkdir(parents=True, exist_ok=True)
        given = Given(
            site=self.site,
            folder=folder,
            ports=ports,
            environment=environment,
            platform=self.platform,
            charts=self.charts,
        )
        made = maker(given)
        try:
            self._start(name, made)
        except SandboxError as error:  # somebody may have taken a port since it was drawn or looked at
            if PORT_TAKEN not in str(error):
                raise
            self.tell(f"{name}: a port was taken by another program; taking others")
            self.moved.append(name)
            made = maker(replace(given, ports=()))
            self._start(name, made)
        record.put(
            Part(
                name=name,
                ports=made.program.ports,
                processes=tuple(
                    Process(name=one.name, pid=one.pid, started=started(one.pid), log=one.log)
                    for one in made.program.running
                ),
                facts=dict(made.facts()),
            )
        )
        self.tell(f"{name} is ready after {time.monotonic() - begun:.1f} s")

    def _start(self, name: str, made: Component) -> None:
        try:
            made.program.start()
        except (EngineError, SettingError, OSError) as error:
            with suppress(EngineError, OSError):
                made.program.stop()
            raise SandboxError(f"{name} did not start: {error}") from None
        except BaseException:
            made.program.stop()
            raise

    def environment(self, name: str) -> None:
        """Start an environment; all of it anew where its control plane does not run whole."""
        record = self.site.record
        plane = record.parts.get(f"{name}/{PLANE}")
        if plane is None or not plane.alive:
            mine = [part.name for part in record.parts.values() if part.environment == name and part.processes]
            if record.end_parts(*mine):
                self.tell(f"{name}: a process of its control plane had ended; starting the environment again")
        before = record.environments[name].phase if name in record.environments else "down"
        running = record.is_up(name) and before in ("up", "deployed", "deploying", "failed")
        if not running:
            record.phase(name, "starting")
        for part, maker in ENVIRONMENT_PARTS.items():
            self.part(f"{name}/{part}", maker, name)
        self._tell_cloud(name)
        if not running:
            found = record.environments[name]
            record.phase(name, "deployed" if found.deployed else "up", found.what_moved)

    def _tell_cloud(self, name: str) -> None:
        """Let the imitated cloud give this control plane's address and access for the environment's cluster."""
        view = self.platform.views[name]
        cluster = cloud_prefix(view.shared, view.environment)
        facts = self.site.record.parts[f"{name}/{PLANE}"].facts
        cloud = self.site.cloud()
        try:
            cloud.configure(f"kubernetes-api:{cluster}", facts["server"])
            cloud.configure(f"kubernetes-access:{cluster}", access(self.site, Path(facts["authority"])))
        finally:
            cloud.close()

    def cloud(self) -> None:
        """Make the imitated cloud with the DNS zones that the catalog names."""
        zones = {domain.zone for domain in (one.domain for one in self.platform.environments)}
        cloud = self.site.cloud()
        try:
            cloud.configure("zones", sorted({*self.platform.shared.zones, *zones}))
        finally:
            cloud.close()


def up(site: Site, platform: Platform, environments: Sequence[str], *, charts: str, tell: Tell) -> None:
    """Start what all environments share and these environments.

    Args:
        site: The sandbox.
        platform: The checkout's catalog.
        environments: Names of environments.
        charts: `stand-in` or `real`: where Argo CD gets the charts of add-ons from.
        tell: Takes a line for each step.

    Raises:
        UnknownNameError: the catalog has no such environment.
        SandboxError: an engine is missing, the disk is full, something does not start. What this call started is ended.
    """
    unknown = [name for name in environments if name not in platform.views]
    if unknown:
        known = ", ".join(platform.views)
        raise UnknownNameError(f"The catalog has no environment {', '.join(unknown)}. It has {known}.")
    if lacking := "\n".join(_lacking()):
        raise SandboxError(f"{lacking}\nThen run `andamio sandbox up` again.")
    with site.record.locked("up"):
        if shutil.disk_usage(site.folder).free < _LEAST_FREE:
            free = shutil.disk_usage(site.folder).free / 1e9
            raise SandboxError(f"{site.folder} has {free:.1f} GB left, and a sandbox needs 2 GB. Free some space.")
        _end_strays(site, tell)
        site.sow()
        os.environ[MARK] = str(site.folder)
        before = {name: part.processes for name, part in site.record.parts.items() if part.alive}
        site.record.choose_charts(charts)
        starter = _Starter(site=site, platform=platform, charts=charts, tell=tell)
        try:
            starter.cloud()
            _start_all(starter, environments)
            _heed_ended(starter, environments)
            _tell_moved(starter)
        except BaseException:
            mine = [name for name, part in site.record.parts.items() if part.processes != before.get(name)]
            with suppress(OSError):  # a full disk, where nothing can be written down: what runs is ended below
                site.record.end_parts(*mine)
            end(one for name in mine for one in site.record.parts[name].processes)
            end(_strays(site))
            for name in environments:
                if not site.record.is_up(name):
                    site.record.phase(name, "down")
            raise


def _lacking() -> Iterator[str]:
    """What a sandbox takes and this machine does not have, each with what to do."""
    try:
        path(TERRAFORM.name)
    except MissingEngineError as error:
        yield str(error)
    if lacking := missing():
        yield (
            f"Not on this machine and not built: {', '.join(lacking)}. Run `andamio engines install "
            f"{' '.join(lacking)}` (it needs Go)."
        )


def restart_argo_cd(site: Site, platform: Platform, environment: str, tell: Tell) -> None:
    """Start an environment's Argo CD anew where its chart's values changed: some it reads at its start only."""
    name = f"{environment}/{ARGO_CD}"
    if site.record.parts[name].facts.get("values") == digest(argo_cd_values(site, environment)):
        return
    os.environ[MARK] = str(site.folder)
    tell(f"{name}: its values changed; starting it anew")
    site.record.end_parts(name)
    starter = _Starter(site=site, platform=platform, charts=site.record.charts, tell=tell)
    starter.part(name, ENVIRONMENT_PARTS[ARGO_CD], environment)


def revive(site: Site, platform: Platform, environment: str, tell: Tell) -> None:
    """Start again what ended beside an environment's control plane, as a kubelet does with a container that ends."""
    os.environ[MARK] = str(site.folder)
    starter = _Starter(site=site, platform=platform, charts=site.record.charts, tell=tell)
    for name, maker in ENVIRONMENT_PARTS.items():
        part = site.record.parts.get(f"{environment}/{name}")
        if name != PLANE and part is not None and part.processes and not part.alive:
            starter.part(part.name, maker, environment)


def _start_all(starter: _Starter, environments: Sequence[str]) -> None:
    """What is shared starts beside the first control plane; both take their time waiting."""
    with ThreadPoolExecutor(1) as pool:
        shared = pool.submit(_start_shared, starter)
        first = next(iter(environments), "")
        if first:
            starter.environment(first)
        shared.result()
    for name in environments[1:]:
        starter.environment(name)


def _heed_ended(starter: _Starter, environments: Sequence[str]) -> None:
    """Start again what ended right after it was ready; a `SandboxError` with its last words where that is no help."""
    record = starter.site.record
    for once_more in (True, False):
        mine = [name for name in record.dead() if record.parts[name].environment in ("", *environments)]
        for name in mine:
            gone = [one for one in record.parts[name].processes if not one.alive]
            words = "\n".join(f"{one.name} ended: {last_words(one.log)}" for one in gone)
            environment, _, part = name.rpartition("/")
            if not once_more or part == PLANE:
                raise SandboxError(f"{name} does not go on running.\n{words}")
            starter.tell(f"{name}: {words}")
            starter.part(name, (ENVIRONMENT_PARTS if environment else SHARED_PARTS)[part], environment)


def _tell_moved(starter: _Starter) -> None:
    """What was deployed names the addresses of shared parts: where these changed, it has to be deployed again."""
    moved = sorted(name for name in starter.moved if name in SHARED_PARTS)
    if not moved:
        return
    for name in starter.site.record.move(moved):
        starter.tell(
            f"{name} was deployed with the old addresses of {', '.join(moved)}: run `andamio sandbox deploy {name}`"
        )


def _start_shared(starter: _Starter) -> None:
    for name, maker in SHARED_PARTS.items():
        if name != CHARTS or starter.charts != "real":
            starter.part(name, maker)


def _strays(site: Site) -> list[Process]:
    known = {(one.pid, one.started) for part in site.record.parts.values() for one in part.processes}
    return [one for one in marked(site.folder) if (one.pid, one.started) not in known]


def _end_strays(site: Site, tell: Tell) -> None:
    """End what an earlier call started and did not live to write down."""
    left = _strays(site)
    if left:
        tell(f"ending what an interrupted call left: {', '.join(sorted({one.name for one in left}))}")
        end(left)
