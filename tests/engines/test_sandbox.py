"""The sandbox's command over the real engines: up, deploy, healthy, a fault that heals, down without a trace."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from andamio.engines.cache import root
from andamio.loading import load
from andamio.sandbox.components import NEEDED
from andamio.sandbox.difference import Comparison, Reason
from andamio.sandbox.faults import FAULTS
from andamio.sandbox.identity import marked
from andamio.sandbox.logs import last_words
from andamio.sandbox.object_storage import weed
from andamio.sandbox.reach import Reach
from andamio.sandbox.record import folder_of
from andamio.sandbox.site import Site
from tests.conftest import MADE_HEALTHY
from tests.engines.cluster import until
from tests.engines.needs import need

COPIED = ("catalog", "dist", "infra", "k8s", "cdktf.json", "cdk8s.yaml")
PATIENCE = 1800
NOT_MOUNTED = 77
SMALL_DISK = """
import shutil
usage = type(shutil.disk_usage("."))
shutil.disk_usage = lambda path: usage(9_000_000, 1_000_000, 8_000_000)
from andamio.cli import main
main()
"""


class Sandbox:
    """The command in a checkout of its own, whose path has a space."""

    def __init__(self, folder: Path, source: Path) -> None:
        self.checkout, self.home = folder / "a shop", folder / "home"
        self.checkout.mkdir()
        self.home.mkdir()
        for name in COPIED:
            copy = shutil.copytree if (source / name).is_dir() else shutil.copyfile
            copy(source / name, self.checkout / name)
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "XDG_STATE_HOME"},
            "PYTHONPATH": str(source / "constructs"),
            "HOME": str(self.home),
            "XDG_CACHE_HOME": str(root().parents[1]),
        }
        self.folder = folder_of(self.checkout, {})

    @property
    def site(self) -> Site:
        return Site.of(self.checkout)

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run it; what it printed."""
        done = self._done(*arguments)
        told = f"{' '.join(arguments)}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        assert done.returncode == code, "\n".join([told, *self.ended()])
        assert "Traceback" not in done.stderr
        return done.stdout

    def ended(self) -> list[str]:
        """The last words of processes that nobody ended."""
        every = [one for part in self.site.record.parts.values() for one in part.processes]
        return [f"{one.name} ended: {last_words(one.log)}" for one in every if not one.alive]

    def failed(self, *arguments: str, code: int) -> str:
        """Run it; what it printed as errors."""
        done = self._done(*arguments)
        assert done.returncode == code, f"{' '.join(arguments)}: {done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        assert "Traceback" not in done.stderr
        return done.stderr

    def healthy(self) -> list[dict[str, Any]]:
        """The environments, where everything is healthy now: after a start Argo CD looks at all of it again."""
        done = self._done("status", "--json")
        found: list[dict[str, Any]] = json.loads(done.stdout)["environments"] if done.returncode == 0 else []
        return found

    def _done(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "andamio", "sandbox", *arguments],
            cwd=self.checkout,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @property
    def applications(self) -> set[str]:
        """The root and all that it makes, by the files of the environment."""
        files = (self.checkout / "dist/k8s/dev/applications").glob("Application.*.yaml")
        return {"root", *(file.stem.removeprefix("Application.") for file in files)}

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json"))
        return found


@pytest.fixture(scope="module")
def sandbox(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    need("terraform", *NEEDED)
    weed()
    made = Sandbox(tmp_path_factory.mktemp("sandbox"), project)
    try:
        made.run("up")
        made.run("deploy", "dev")
        yield made
    finally:
        made.run("down", "--purge")


def test_a_disk_that_is_too_small_is_told_before_anything_starts(project: Path, tmp_path: Path) -> None:
    need("terraform", *NEEDED)
    made, disk = Sandbox(tmp_path, project), tmp_path / "disk"
    disk.mkdir()

    def up(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, "sandbox", "up"],
            cwd=made.checkout,
            env={**made.environment, "XDG_STATE_HOME": str(disk)},
            capture_output=True,
            text=True,
            check=False,
        )

    alone = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    script = f'mount -t tmpfs -o size=9m tmpfs "$0" || exit {NOT_MOUNTED}; exec "$@"'
    done = up(*alone, "sh", "-c", script, str(disk), sys.executable, "-m", "andamio")
    if done.returncode == NOT_MOUNTED or done.stderr.startswith("unshare:"):  # this system mounts nothing for tests
        done = up(sys.executable, "-c", SMALL_DISK)
    assert done.returncode == 5, done.stderr
    assert done.stderr.count("error:") == 1
    assert "has 0.0 GB left, and a sandbox needs 2 GB. Free some space." in done.stderr


def test_a_deployed_sandbox_is_synced_and_healthy_with_every_application_and_workload(sandbox: Sandbox) -> None:
    (dev,) = sandbox.status()["environments"]
    assert dev["phase"] == "deployed"
    assert {one["name"] for one in dev["applications"]} == sandbox.applications
    assert [one for one in dev["applications"] if not one["healthy"]] == []
    assert [one for one in dev["workloads"] if not one["healthy"]] == []
    assert {one["sync"] + one["health"] for one in dev["applications"]} == {"SyncedHealthy"}
    assert {stack["phase"] for stack in dev["stacks"].values()} == {"applied"}
    assert len(dev["stacks"]) == 11
    released = load(sandbox.checkout / "catalog").views["dev"].release.services
    assert set(released) <= {one["application"] for one in dev["workloads"]}


def test_dist_differs_in_addresses_and_cloud_outputs_only(sandbox: Sandbox) -> None:
    site = sandbox.site
    before, after = load(sandbox.checkout / "catalog"), load(site.project / "catalog")
    compared = Comparison(
        before=sandbox.checkout / "dist",
        after=site.tree / "dist",
        addresses=Reach.of(site).addresses(before),
        platform_before=before,
        platform_after=after,
    )
    found = list(compared.changes())
    assert [one for one in found if one.reason is Reason.OTHER] == []
    assert {Reason.ADDRESS, Reason.OUTPUT} <= {one.reason for one in found}


def test_neither_catalog_nor_dist_of_the_checkout_changed(sandbox: Sandbox, project: Path) -> None:
    for name in ("catalog", "dist"):
        for file in (project / name).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                copied = sandbox.checkout / file.relative_to(project)
                assert copied.read_bytes() == file.read_bytes(), file
    assert not (sandbox.checkout / "catalog" / "cloud" / "dev.json").exists()


def test_everything_listens_on_loopback_only(sandbox: Sandbox) -> None:
    ports = {port for part in sandbox.site.record.parts.values() for port in part.ports}
    assert len(ports) > 15
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        address, port = line.split()[1].split(":")
        if line.split()[3] == "0A" and int(port, 16) in ports:
            assert address == "0100007F", f"port {int(port, 16)} listens on {address}"


def test_a_catalog_that_breaks_a_rule_is_told_in_its_own_words_and_deploys_nothing(sandbox: Sandbox) -> None:
    file = sandbox.checkout / "catalog/services/orders.py"
    good = file.read_text(encoding="utf-8")
    before = [(one["name"], one["revision"]) for one in sandbox.status()["environments"][0]["applications"]]
    assert 'team="commerce"' in good
    try:
        file.write_text(good.replace('team="commerce"', 'team="comerce"'), encoding="utf-8")
        said = sandbox.failed("deploy", "dev", code=1)
    finally:
        file.write_text(good, encoding="utf-8")
    assert "catalog/services/orders.py" in said
    assert 'orders.team = "comerce"' in said
    assert said.count("error:") <= 1
    (dev,) = sandbox.status()["environments"]
    assert dev["phase"] == "deployed"
    assert [(one["name"], one["revision"]) for one in dev["applications"]] == before


def test_only_kinds_of_operators_that_do_not_run_were_made_healthy_by_the_stand_in(
    sandbox: Sandbox, record_property: Callable[[str, object], None]
) -> None:
    (dev,) = sandbox.status()["environments"]
    for kind, places in sorted(dev["stand_in"].items()):
        record_property(MADE_HEALTHY, f"{len(places):>4} {kind} (in the sandbox): {', '.join(sorted(places))}")
    assert set(dev["stand_in"]) == {
        "Certificate",
        "ClusterIssuer",
        "Gateway",
        "GatewayClass",
        "HTTPRoute",
        "HorizontalPodAutoscaler",
    }


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_as_it_says(sandbox: Sandbox, fault: str) -> None:
    assert "It did: " in sandbox.run("break", fault)


def test_what_runs_is_left_alone_and_what_was_killed_is_started_again(sandbox: Sandbox) -> None:
    before = {one.name: one.pid for one in sandbox.site.record.running}
    os.kill(before["operators"], 9)
    sandbox.run("status", code=1)
    sandbox.run("up")
    after = {one.name: one.pid for one in sandbox.site.record.running}
    assert after.keys() == before.keys()
    assert {name for name in before if before[name] != after[name]} == {"operators"}


def test_nothing_is_written_outside_the_checkouts_folder(sandbox: Sandbox) -> None:
    """But for what synthesis keeps in any project: jsii unpacks its packages once for a person."""
    written = [file.relative_to(sandbox.home) for file in sandbox.home.rglob("*") if not file.is_dir()]
    assert {file.parts[:3] for file in written} <= {(".cache", "aws", "jsii")}
    assert not Path("/tmp/reposerver-ask-pass.sock").exists()  # Argo CD's default


def test_down_leaves_neither_process_nor_port_and_the_next_up_has_what_was_there(sandbox: Sandbox) -> None:
    ports = {port for part in sandbox.site.record.parts.values() for port in part.ports}
    names = [path.name for path in sandbox.checkout.iterdir()]
    assert sandbox.run("down").strip().endswith("processes ended.")
    assert sandbox.site.record.running == []
    assert list(marked(sandbox.folder)) == []
    for port in ports:
        assert list(Path("/tmp").glob(f"seaweedfs-*-{port}.sock")) == []
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(("127.0.0.1", port))
    assert sorted(names) == sorted([*COPIED, ".andamio"])
    sandbox.run("up")
    assert {port for part in sandbox.site.record.parts.values() for port in part.ports} == ports
    found: list[dict[str, Any]] = []
    assert until(lambda: bool(found.extend(sandbox.healthy()) or found), seconds=120), sandbox.run("status")
    (dev,) = found
    assert dev["phase"] == "deployed"
    assert {one["name"] for one in dev["applications"]} == sandbox.applications
