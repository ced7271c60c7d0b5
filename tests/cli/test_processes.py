"""No run leaves a process or a temporary file behind, however it or what it started ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.hostile import below, heed_signals, processes_with, started, until
from tests.properties.projects import environment_without, reference_tree, run, tree

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found in /proc")


@pytest.fixture
def shop(project, tmp_path, tmp_path_factory) -> Path:
    """The reference project, synthesized."""
    folder = reference_tree(project, tmp_path_factory)
    return Path(shutil.copytree(folder, tmp_path / "a shop"))


@pytest.fixture
def temporary(tmp_path) -> Path:
    """Where the command puts temporary files; no other process names it."""
    folder = tmp_path / "temporary files"
    folder.mkdir()
    return folder


def nothing_left(temporary: Path) -> bool:
    return until(lambda: not processes_with(str(temporary)) and not list(temporary.iterdir()))


def test_a_build_leaves_no_temporary_file(shop, temporary) -> None:
    """Jsii left two folders in TMPDIR a run, and cdktf one."""
    done = run(shop, "synth", "--no-cache", variables={"TMPDIR": str(temporary)})
    assert done.returncode == 0, done.stderr
    assert nothing_left(temporary)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_told_to_end_it_says_so_once_and_leaves_nothing(shop, temporary, number) -> None:
    """SIGTERM ended it without a word, and the building process with a traceback about a broken pipe."""
    before = tree(shop / "dist")
    with started(shop, temporary, "synth", "--no-cache") as process:
        assert until(lambda: len(below(process.pid)) == 2)
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 130, said
    assert said.count("Interrupted") == 1
    assert "Traceback" not in said
    assert nothing_left(temporary)
    assert tree(shop / "dist") == before


def test_killed_it_takes_its_building_processes_along(shop, temporary) -> None:
    """They went on, ended with a traceback, and their Node.js stayed."""
    with started(shop, temporary, "synth", "--no-cache") as process:
        assert until(lambda: len([node for worker in below(process.pid) for node in below(worker)]) == 2)
        process.kill()
        said = process.communicate(timeout=60)[1]
    assert "Traceback" not in said
    assert nothing_left(temporary)
    assert run(shop, "synth", "--no-cache").returncode == 0


@pytest.mark.parametrize("who", ["building process", "Node.js"])
def test_what_the_system_kills_is_told_as_that(shop, temporary, who) -> None:
    """It was told as a mistake of ours, with a traceback, and exit code 70."""
    before = tree(shop / "dist")
    with started(shop, temporary, "synth", "--no-cache") as process:
        assert until(lambda: len([node for worker in below(process.pid) for node in below(worker)]) == 2)
        workers = below(process.pid)
        for victim in workers if who == "building process" else [node for worker in workers for node in below(worker)]:
            os.kill(victim, signal.SIGKILL)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 5, said
    assert [line for line in said.splitlines() if line.startswith("error:")] == [said.splitlines()[-1]]
    assert f"{who}" in said
    assert "SIGKILL" in said
    assert "Traceback" not in said
    assert nothing_left(temporary)
    assert tree(shop / "dist") == before


@pytest.mark.parametrize("home", ["/proc/1", "/dev/null", "missing", ""])
def test_a_home_that_cannot_be_used_costs_time_only(shop, temporary, tmp_path, home) -> None:
    """With HOME=/proc/1 jsii waited for ever; with a file as HOME it ended with a traceback."""
    if home == "missing":
        home = str(tmp_path / "not/there")
    with started(shop, temporary, "synth", "--no-cache", HOME=home) as process:
        said = process.communicate(timeout=120)[1]
    assert process.returncode == 0, said
    assert nothing_left(temporary)
    assert not (tmp_path / "not").exists()


def test_a_home_that_others_may_write_to_costs_time_only(shop, temporary, tmp_path) -> None:
    """Jsii does not trust it, and says so with a traceback."""
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o777)
    with started(shop, temporary, "synth", "--no-cache", HOME=str(home)) as process:
        said = process.communicate(timeout=120)[1]
    assert process.returncode == 0, said


def test_a_tmpdir_that_is_missing_is_replaced(shop, tmp_path) -> None:
    done = run(shop, "synth", "--no-cache", variables={"TMPDIR": str(tmp_path / "missing")})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("blocks", [1, 1000])
def test_a_limit_on_the_size_of_files_is_one_message(shop, temporary, blocks) -> None:
    """512 B or 1 KiB a block, as the shell has it; jsii and Node.js answered with tracebacks, exit code 70."""
    before = tree(shop / "dist")
    command = f'ulimit -f {blocks}; exec "$0" -m andamio synth --no-cache 2>&1 | cat'
    said = subprocess.run(
        ["sh", "-c", command, sys.executable],
        cwd=shop,
        env=environment_without() | {"TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert said.count("error:") == 1
    assert "Raise the limit (ulimit -f) and run again." in said
    assert "Traceback" not in said
    assert nothing_left(temporary)
    assert tree(shop / "dist") == before


@pytest.mark.parametrize(
    "step", ["", "read the catalog", "check it", "build: kubernetes", "check the result", "publish"]
)
def test_ctrl_c_in_each_step_is_told_once_and_leaves_nothing(shop, temporary, step) -> None:
    """Also before the first word, while Python still imports: that was a traceback."""
    environments = shop / "catalog/environments.py"
    environments.write_text(environments.read_text().replace("tienda.example", "shop.example"))
    before = tree(shop / "dist")
    with started(shop, temporary, "synth", "--no-cache") as process:
        assert process.stderr is not None
        if step:
            assert any(line.startswith(step) for line in process.stderr)
        else:
            assert until(lambda: _catches(process.pid, signal.SIGINT))
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert "Traceback" not in said
    assert nothing_left(temporary)
    assert {entry.name for entry in (shop / ".andamio/publish-dist").iterdir()} <= {"index.json", "lock"}
    # The last step's word may come when all is done.
    assert (process.returncode, said.count("Interrupted")) in ([(130, 1)] if step != "publish" else [(130, 1), (0, 0)])
    if step != "publish":
        assert tree(shop / "dist") == before


@pytest.mark.parametrize("where", ["__del__", "a weak reference's callback"])
def test_an_interrupt_where_python_drops_it_is_not_lost(where) -> None:
    """Imports run callbacks of weak references: now and then Ctrl-C was a traceback there, and the command went on."""
    script = f"""
import signal, time, weakref
from andamio.cli.process import interrupts_told

class Thing:
    if {where == "__del__"}:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

with interrupts_told():
    thing = Thing()
    if {where != "__del__"}:
        reference = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
    del thing
    time.sleep(60)
    print("went on")
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50, preexec_fn=heed_signals)
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert done.stderr.count("Interrupted") == 1
    assert "Traceback" not in done.stderr


def _catches(process: int, number: int) -> bool:
    """Whether `process` has a handler of its own for a signal. Python has one for SIGINT from the start."""
    status = Path(f"/proc/{process}/status").read_text()
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return all(caught >> (wanted - 1) & 1 for wanted in (number, signal.SIGTERM))


def test_a_really_full_disk_leaves_what_is_published(shop, tmp_path) -> None:
    """A file system of its own, in a name space of its own, as far as this system grants one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        'mount -t tmpfs -o size="$3"k tmpfs "$1" && cp -r "$2/catalog" "$1" && cd "$1" && shift 3 && "$@"; code=$?; '
        'ls -A . .andamio/publish-* >&2; exit "$code"'
    )
    who = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", script, "sh"]
    if subprocess.run([*who, disk, shop, "9000", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system mounts nothing for tests")
    for size, variables in (("5000", {}), ("9000", {"TMPDIR": str(disk)})):
        done = subprocess.run(
            [*who, disk, shop, size, sys.executable, "-m", "andamio", "synth"],
            env=environment_without() | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 4, done.stderr
        assert done.stderr.count("error:") == 1
        assert "the disk is full. Free some space and run again." in done.stderr
        assert "Traceback" not in done.stderr
        left = done.stderr.partition("run again.\n")[2].split()
        assert set(left) <= {".:", ".andamio", "catalog", ".andamio/publish-dist:", "lock", "index.json"}, left
