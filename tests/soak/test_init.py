"""`andamio state init` is killed at random moments, again and again, until a run ends: everything is there once."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from pathlib import Path

from tests.soak.conftest import INITS
from tests.state.loopback import Cloud
from tests.state.test_kill import check, finish, start
from tests.state.workplace import make_project

PAUSE = 0.02
"""Seconds that each request takes, before it is carried out and after."""

AT_ONCE = 3
"""Kills of one world at most, before a run may end."""


def test_a_killed_init_makes_nothing_twice(tmp_path: Path, chance: random.Random, tell: list[str]) -> None:
    first, whole = _moments(tmp_path / "whole")
    found: Counter[str] = Counter()
    world = 0
    while found["killed"] + found["ended before the kill"] < INITS:
        world += 1
        project = make_project(tmp_path / str(world))
        printed = ""
        with Cloud() as cloud:
            cloud.hook = _slowly
            for _ in range(chance.randint(1, AT_ONCE)):
                process = start(cloud, project)
                time.sleep(chance.uniform(first * 0.9, whole))
                found["ended before the kill" if process.poll() is not None else "killed"] += 1
                process.kill()
                code, text = finish(process)
                assert code in (0, -signal.SIGKILL), text
                printed += text
            made = (len(cloud.users), len(cloud.buckets), sum(map(len, cloud.keys.values())))
            found[f"killed with {made[0]} user, {made[1]} bucket, {made[2]} credential made"] += 1
            code, text = finish(start(cloud, project))
            assert code == 0, text
            check(cloud, project, printed + text)
    tell.append(f"worlds: {world}, " + ", ".join(f"{name}: {count}" for name, count in sorted(found.items())))


def _slowly(number: int, stage: str, method: str, path: str) -> None:
    time.sleep(PAUSE)


def _moments(folder: Path) -> tuple[float, float]:
    """Seconds until a run's first request, and until it ends."""
    project = make_project(folder)
    seen: list[float] = []

    def note(number: int, stage: str, method: str, path: str) -> None:
        seen.append(time.monotonic())
        _slowly(number, stage, method, path)

    with Cloud() as cloud:
        cloud.hook = note
        begun = time.monotonic()
        code, text = finish(start(cloud, project))
        assert code == 0, text
    return seen[0] - begun, time.monotonic() - begun
