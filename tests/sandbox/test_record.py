"""The record outlives its processes, is replaced whole, and keeps out a second command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from andamio.sandbox.components import ENVIRONMENT_PARTS
from andamio.sandbox.errors import SandboxError
from andamio.sandbox.identity import Process, started
from andamio.sandbox.parts import OF_AN_ENVIRONMENT
from andamio.sandbox.record import Part, Record, folder_of


@pytest.fixture
def sleepers() -> Iterator[list[subprocess.Popen[bytes]]]:
    made = [subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) for _ in range(3)]
    yield made
    for one in made:
        one.kill()
        one.wait()


def _part(name: str, *processes: subprocess.Popen[bytes], ports: tuple[int, ...] = ()) -> Part:
    return Part(
        name=name,
        ports=ports,
        processes=tuple(
            Process(name=f"p{number}", pid=one.pid, started=started(one.pid), log=Path(os.devnull))
            for number, one in enumerate(processes)
        ),
        facts={"url": "http://127.0.0.1:1"},
    )


def test_a_record_is_read_as_it_was_written_by_its_owner_alone(
    tmp_path: Path, sleepers: list[subprocess.Popen[bytes]]
) -> None:
    record = Record(tmp_path)
    record.put(_part("s3", sleepers[0], ports=(4000,)))
    record.put(_part("dev/control-plane", sleepers[1], sleepers[2]))
    record.phase("dev", "deploying", "stacks")
    record.stack("dev", "dev-keys", "applied", seconds=2.04)
    again = Record(tmp_path)
    assert again.parts == record.parts
    assert again.environments == record.environments
    assert again.environments["dev"].stacks["dev-keys"]["seconds"] == 2.0
    assert record.path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [record.path.name]
    assert again.is_up("dev") is False
    assert again.lacking("dev") == ["dev/external-secrets", "dev/argo-cd", "dev/operators"]


def test_a_part_of_which_one_process_was_killed_does_not_run(
    tmp_path: Path, sleepers: list[subprocess.Popen[bytes]]
) -> None:
    record = Record(tmp_path)
    record.put(_part("dev/control-plane", *sleepers))
    for name in ("external-secrets", "argo-cd", "operators"):
        record.put(_part(f"dev/{name}", sleepers[0]))
    assert record.is_up("dev")
    assert not record.is_up("production")
    assert record.dead() == []
    sleepers[1].kill()
    sleepers[1].wait()
    assert record.dead() == ["dev/control-plane"]
    assert not record.is_up("dev")
    assert record.lacking("dev") == ["dev/control-plane"]
    assert [one.name for one in record.running if one.name != "p0"] == ["p2"]


def test_who_was_deployed_with_other_addresses_has_to_be_deployed_again(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.phase("staging", "up")
    for name, phase in (("dev", "deployed"), ("production", "down")):
        record.stack(name, f"{name}-gitops", "applied")
        record.phase(name, phase)
    assert record.environments["dev"].deployed
    assert record.move(["git-remote"]) == ["dev", "production"]
    again = Record(tmp_path).environments
    assert {name: (one.phase, one.deployed) for name, one in again.items()} == {
        "staging": ("up", False),
        "dev": ("up", False),
        "production": ("down", False),
    }
    assert again["dev"].note == "addresses of git-remote changed; deploy it again"
    record.move(["key-store"])
    assert record.environments["production"].what_moved.startswith("addresses of git-remote, key-store changed")
    record.phase("dev", "deployed")
    assert Record(tmp_path).environments["dev"].deployed
    assert not record.environments["production"].deployed


def test_an_environment_is_up_where_everything_runs_that_is_started_for_one() -> None:
    assert tuple(ENVIRONMENT_PARTS) == OF_AN_ENVIRONMENT


def test_a_failed_last_stack_is_no_deployment(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.stack("dev", "dev-gitops", "failed")
    assert not record.environments["dev"].deployed


def test_ending_everything_keeps_ports_and_facts_for_the_next_start(
    tmp_path: Path, sleepers: list[subprocess.Popen[bytes]]
) -> None:
    record = Record(tmp_path)
    record.put(_part("s3", sleepers[0], ports=(4000,)))
    record.put(_part("dev/control-plane", sleepers[1], sleepers[2], ports=(4001, 4002)))
    record.phase("dev", "deployed")
    assert record.end_all() == 3
    assert all(one.wait(10) is not None for one in sleepers)
    again = Record(tmp_path)
    assert [(part.ports, part.processes) for part in again.parts.values()] == [((4000,), ()), ((4001, 4002), ())]
    assert again.parts["s3"].facts == {"url": "http://127.0.0.1:1"}
    assert again.environments["dev"].phase == "down"
    assert again.end_all() == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1}', '{"version": 1, "parts": 3}', '{"version": 99}'])
def test_a_damaged_record_is_one_message_and_can_still_be_purged(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    (folder / "sandbox.json").write_text(text, encoding="utf-8")
    with pytest.raises(SandboxError, match="down --purge"):
        Record(folder)
    record = Record(folder, salvage=True)
    with record.locked("down"):
        assert record.end_all() == 0
        record.purge()
    assert not folder.exists()


def test_a_second_command_is_told_who_is_at_work_and_a_lock_that_was_left_is_no_obstacle(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from andamio.sandbox.record import Record\n"
        "with Record(Path(sys.argv[1])).locked('up'): print(1, flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    holder = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, env=environment)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with (
            pytest.raises(SandboxError, match=rf"`andamio sandbox up` \(process {holder.pid}\) is at work"),
            Record(tmp_path).locked("down"),
        ):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with Record(tmp_path).locked("down"):
        assert (tmp_path / "lock").exists()


def test_two_checkouts_have_folders_of_their_own(tmp_path: Path) -> None:
    one, two = tmp_path / "a" / "shop", tmp_path / "b" / "shop"
    assert folder_of(one, {}) == one / ".andamio" / "sandbox"
    assert folder_of(one, {"XDG_STATE_HOME": "relative"}) == one / ".andamio" / "sandbox"
    state = {"XDG_STATE_HOME": str(tmp_path)}
    assert folder_of(one, state) != folder_of(two, state)
    assert folder_of(one, state) == folder_of(one, state)
    assert folder_of(one, state).is_relative_to(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SandboxError, match="cannot be written"), Record(tmp_path / "file" / "sandbox").locked("up"):
        pass


def test_what_is_written_is_one_json_object(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.phase("dev", "up")
    assert json.loads(record.path.read_bytes())["environments"]["dev"]["phase"] == "up"


def test_a_copied_checkout_has_neither_the_processes_nor_the_deployments_of_the_first(
    tmp_path: Path, sleepers: list[subprocess.Popen[bytes]]
) -> None:
    first, copy = tmp_path / "first", tmp_path / "copy"
    record = Record(first)
    record.put(_part("git-remote", sleepers[0], ports=(4000,)))
    record.phase("dev", "deployed")
    copy.mkdir()
    (copy / record.path.name).write_bytes(record.path.read_bytes())
    copied = Record(copy)
    assert copied.running == []
    assert copied.environments["dev"].phase == "down"
    assert copied.end_all() == 0
    assert sleepers[0].poll() is None
    assert len(Record(first).running) == 1
    moved = first.rename(tmp_path / "moved")
    assert len(Record(moved).running) == 1, "who moves a checkout keeps its processes"


def test_on_a_full_disk_everything_is_ended_although_nothing_can_be_written_down(
    tmp_path: Path, sleepers: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record(tmp_path)
    for number, name in enumerate(("git-remote", "dev/control-plane", "production/control-plane")):
        record.put(_part(name, sleepers[number]))

    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record, "_write", full)
    with record.locked("down"), pytest.raises(OSError, match="No space left"):
        record.end_all()
    for one in sleepers:
        assert one.wait(5) is not None


def test_a_sandbox_that_is_purged_is_gone_at_once_and_its_lock_holds_nobody_up(tmp_path: Path) -> None:
    record = Record(tmp_path / "sandbox")
    with record.locked("down"):
        record.purge()
        assert list(tmp_path.iterdir()) == []
        with Record(tmp_path / "sandbox").locked("up"):
            assert (tmp_path / "sandbox").is_dir()
