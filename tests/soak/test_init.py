"""`andamio state init` is killed at random moments, again and again, until a run ends: everything is there once."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.engines.states import until
from tests.soak.conftest import INITS
from tests.state.loopback import Cloud
from tests.state.test_kill import check, finish, start
from tests.state.workplace import make_project

PAUSE = 0.02
"""Seconds that each request takes, before it is carried out and after."""

AT_ONCE = 3
"""Kills of one world at most, before a run may end."""


def test_a_killed_init_makes_nothing_twice(tmp_path: Path, chance: random.Random, tell: list[str]) -> None:
    span = _span(tmp_path / "whole")
    found: Counter[str] = Counter()
    world = 0
    while found["killed"] < INITS:
        world += 1
        assert world < 10 * INITS, "every run ends before it is killed"
        project = make_project(tmp_path / str(world))
        printed = ""
        with Cloud() as cloud:
            cloud.hook = _slowly
            for _ in range(chance.randint(1, AT_ONCE)):
                process = _kill(cloud, project, span * chance.random() ** 2, found)
                code, text = finish(process)
                assert code in (0, -signal.SIGKILL), text
                printed += text
            made = (len(cloud.users), len(cloud.buckets), sum(map(len, cloud.keys.values())))
            found[f"killed with {made[0]} user, {made[1]} bucket, {made[2]} credential made"] += 1
            code, text = finish(start(cloud, project))
            assert code == 0, text
            check(cloud, project, printed + text)
    tell.append(f"worlds: {world}, " + ", ".join(f"{name}: {count}" for name, count in sorted(found.items())))


def _kill(cloud: Cloud, project: Path, moment: float, found: Counter[str]) -> subprocess.Popen[str]:
    """Start a run and kill it so many seconds after its first request: the first ones make things."""
    before = len(cloud.requests)
    process = start(cloud, project)
    until(lambda: len(cloud.requests) > before or process.poll() is not None, "a request")
    with suppress(subprocess.TimeoutExpired):
        process.wait(moment)
    found["ended before the kill" if process.poll() is not None else "killed"] += 1
    process.kill()
    return process


def _slowly(number: int, stage: str, method: str, path: str) -> None:
    time.sleep(PAUSE)


def _span(folder: Path) -> float:
    """Seconds from a run's first request to its end."""
    project = make_project(folder)
    with Cloud() as cloud:
        cloud.hook = _slowly
        process = start(cloud, project)
        until(lambda: cloud.requests, "a request")
        begun = time.monotonic()
        code, text = finish(process)
        assert code == 0, text
    return time.monotonic() - begun
