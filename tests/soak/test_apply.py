"""`terraform apply` is killed at random moments; by the words of doctor and apply nothing is lost and nothing left."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from andamio.contract.platform import Platform
from tests.engines.needs import ENGINES
from tests.engines.states import BASE, HERE, LATER, States, states, until
from tests.soak.conftest import APPLIES

DELAY, SLOW = 0.5, 5.0
"""Seconds that each change takes in the cloud, and in every tenth round, so that the apply takes more than the twenty
seconds after which Terraform writes a state that is not whole to the bucket."""

_SOUND = HERE | {"locked", "unowned", "state-missing"}
"""What the doctor may find after a kill: never a state that is damaged, deleted or forked.

No state of the killed stack, and none of the one that a round leaves out, while the keys' stack has one.
"""


@pytest.fixture(scope="module")
def world(tienda: Platform, engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[States]:
    with pytest.MonkeyPatch.context() as patch, states(tienda, engine, tmp_path_factory.mktemp("killed")) as world:
        patch.setenv("AWS_ACCESS_KEY_ID", "of-the-bucket")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "which-the-client-has")
        yield world


def test_a_killed_apply_loses_no_state_and_leaves_nothing_that_is_not_named(
    world: States, chance: random.Random, tell: list[str]
) -> None:
    took = {stack: _whole(world, stack) for stack in LATER}
    found: Counter[str] = Counter()
    for number in range(2 * APPLIES):
        if found["killed"] == APPLIES // len(ENGINES):
            break
        stack = LATER[number % len(LATER)]
        slow = number % 10 == 9
        delay, moment = (SLOW, chance.uniform(23, 40)) if slow else (DELAY, chance.uniform(-0.2, took[stack]))
        making = not slow and chance.random() < 0.5
        world.reset()
        before = {name: world.state(name) for name in BASE}
        _kill(world, stack, moment / 2 if making else moment, delay, making, found)
        _examine(world, stack, found, f"round {number}: {stack} {moment=:.2f} {delay=} {making=}")
        assert {name: world.state(name) for name in BASE} == before
    assert found["killed"] == APPLIES // len(ENGINES), found
    tell.append(", ".join(f"{name}: {count}" for name, count in sorted(found.items())))


def _whole(world: States, stack: str) -> float:
    """Seconds of an apply that nobody kills, from its lock on."""
    world.reset()
    world.cloud.configure("delays", {"*": DELAY})
    process = world.start(stack, "apply", "-input=false", "-auto-approve")
    until(lambda: world.lock(stack), "the lock")
    begun = time.monotonic()
    assert process.wait() == 0, world.log.read_text()
    return time.monotonic() - begun


def _kill(world: States, stack: str, moment: float, delay: float, making: bool, found: Counter[str]) -> None:
    """Start an apply and kill it so many seconds after it had the lock; before that, where they are below zero.

    With `making`, after it had made the first thing.
    """
    before = world.cloud.kinds()
    world.cloud.configure("delays", {"*": delay})
    process = world.start(stack, "apply", "-input=false", "-auto-approve")
    if moment > 0:
        until(lambda: world.lock(stack) or process.poll() is not None, "the lock")
    if making:
        until(lambda: world.cloud.kinds() != before or process.poll() is not None, "the first thing")
    with suppress(subprocess.TimeoutExpired):
        process.wait(abs(moment))
    found["ended before the kill" if process.poll() is not None else "killed"] += 1
    process.kill()
    process.wait()
    world.cloud.configure("delays", {})
    time.sleep(delay + 0.3)  # what the provider was doing, it ends


def _examine(world: States, stack: str, found: Counter[str], what: str) -> None:
    orphans = world.orphans(stack)
    locked, known = world.lock(stack), world.state(stack)
    report = world.doctor()
    troubles = {one.code for one in report.troubles}
    assert troubles <= _SOUND, "\n".join([what, *report.lines()])
    assert ("locked" in troubles) == bool(locked), what
    found["locked"] += bool(locked)
    found["with a part of the state"] += bool(locked and known)
    found["with things that no state owned"] += bool(orphans)
    found["things that no state owned"] += len(orphans)
    named = world.recover(stack)
    adopted = orphans - world.orphans(stack)
    gone = {one for one in orphans if world.cloud.get(*one) is None}
    assert orphans <= named | adopted | gone, f"{what}: {orphans - named - adopted}"
    assert not world.orphans(stack), f"{what}: {world.orphans(stack)} have no owner"
    assert world.workspace.plan(stack).empty, what
    after = world.state(stack)
    assert not known or after["lineage"] == known["lineage"], what
    assert after["serial"] >= known.get("serial", 0), what
    for secret in world.cloud.find("ovh_okms_secret"):
        values = json.loads(secret.body["version"]["data"])
        assert all(values.values()), (
            f"{what}: {secret.body['path']} has an empty {[k for k, v in values.items() if not v]}"
        )
