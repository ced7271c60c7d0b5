"""Programs of a control plane end with it, also after a failure; nodes are those of the environment's pools."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from andamio.contract.platform import Platform
from andamio.engines import StartError
from andamio.engines.control_plane import PROGRAMS, ControlPlane
from andamio.engines.nodes import nodes
from andamio.engines.processes import Processes, free_ports
from andamio.engines.runnable import Runnable
from tests.engines.needs import need


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_programs_stop_in_reverse_order(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    sleep = Path(shutil.which("sleep") or "/bin/sleep")
    pids = [processes.start(name, sleep, ["60"]).pid for name in ("first", "second")]
    processes.stop("second")
    assert (_alive(pids[0]), _alive(pids[1])) == (True, False)
    processes.stop()
    assert not _alive(pids[0])


def test_a_program_that_ends_at_once_is_told_with_its_log(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    shell = Path(shutil.which("sh") or "/bin/sh")
    running = processes.start("broken", shell, ["-c", "echo no such flag; exit 3"])
    with pytest.raises(StartError, match=r"broken ended with code 3:\nno such flag"):
        processes.wait(running, lambda: False, seconds=10)
    with pytest.raises(StartError, match="broken ended with code 3"):
        processes.wait(running, lambda: True, seconds=10)  # another program listens on its port
    processes.stop()


def test_free_ports_differ_and_can_be_bound() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    assert free_ports(0) == ()
    assert not set(free_ports(50)) & set(ports), "those drawn before are kept for who drew them"
    outgoing = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if outgoing.exists() and int(outgoing.read_text().split()[0]) > 15_000:
        assert max(ports) < int(outgoing.read_text().split()[0]), "an outgoing connection may take it"
    for port in ports:
        with socket.socket() as one:
            one.bind(("127.0.0.1", port))


class Listener(Runnable):
    """A program that listens on its port, or says like Go's that it cannot; ports are drawn from a list."""

    name = "listener"

    def start(self) -> None:
        self._open()
        script = (
            "import pathlib, socket, sys, time\n"
            "one = socket.socket()\n"
            "try:\n    one.bind(('127.0.0.1', int(sys.argv[1]))); one.listen()\n"
            "except OSError:\n    print('bind: address already in use'); sys.exit(1)\n"
            "pathlib.Path('listening').touch()\n"
            "time.sleep(60)\n"
        )
        started = self._processes.start("listener", Path(sys.executable), ["-c", script, str(self.ports[0])])
        self._processes.wait(started, (self.folder / "listening").exists, seconds=10)


def test_a_port_that_was_taken_since_it_was_drawn_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    (free,) = free_ports(1)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        drawn = [(taken,), (taken,), (free,)]
        monkeypatch.setattr(sys.modules[Runnable.__module__], "free_ports", lambda _: drawn.pop(0))
        with Listener() as found:
            assert found.ports == (free,)
        drawn += [(taken,)] * 3
        with pytest.raises(StartError, match="address already in use"), Listener():
            pass
        with pytest.raises(StartError, match="address already in use"), Listener(ports=(taken,)):
            pass
        assert drawn == []


@pytest.mark.parametrize(("largest", "count"), [(False, 9), (True, 33)])
def test_nodes_are_those_of_the_pools_in_every_zone(tienda: Platform, largest: bool, count: int) -> None:
    environment = tienda.views["production"].environment
    made = nodes(environment, largest=largest)
    assert len({node["metadata"]["name"] for node in made}) == count
    assert {node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in made} == set(environment.zones)
    apps = next(node for node in made if node["metadata"]["name"] == "apps-a-node-0")
    assert apps["metadata"]["labels"]["tienda.example/purpose"] == "shop"
    assert apps["status"]["allocatable"]["cpu"] == "7810m"
    system = next(node for node in made if node["metadata"]["name"] == "system-a-node-0")
    assert [taint["key"] for taint in system["spec"]["taints"]] == ["andamio.dev/system"]


def test_a_control_plane_leaves_neither_process_nor_folder_also_after_a_failure() -> None:
    need(*PROGRAMS, "kwok-stages")
    pids: list[int] = []
    folders: list[Path] = []

    def fail() -> None:
        with ControlPlane() as plane:
            folders.append(plane.folder)
            pids.extend(one.pid for one in plane.running)
            assert [one.name for one in plane.running] == list(PROGRAMS)
            assert plane.client.request("GET", "/version").body["gitVersion"].startswith("v1.35.")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fail()
    assert len(pids) == len(PROGRAMS)
    assert not any(_alive(pid) for pid in pids)
    assert not folders[0].exists()
