"""`andamio state init` is killed at every request, before it is carried out and after, and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.state.loopback import Cloud, DropError
from tests.state.workplace import BUCKET, make_project

ROOT = Path(__file__).parents[2]


def start(cloud: Cloud, project: Path) -> subprocess.Popen[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OVH_", "TF_"))},
        **cloud.environment(),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "constructs"), str(ROOT))),
        "XDG_CONFIG_HOME": str(project / "config"),
    }
    command = [sys.executable, "-m", "andamio", "state", "init", "dev"]
    return subprocess.Popen(
        command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out + err


class Killer:
    """Kills a process at its request of a number, `before` that is carried out or `after`, and then no other."""

    def __init__(self, number: int, stage: str) -> None:
        self.number, self.stage = number, stage
        self.begun = threading.Event()
        self.process: subprocess.Popen[str] | None = None
        self.path = ""

    def start(self, cloud: Cloud, project: Path) -> None:
        self.process = start(cloud, project)
        self.begun.set()

    def __call__(self, number: int, stage: str, method: str, path: str) -> None:
        if (number, stage) == (self.number, self.stage):
            assert self.begun.wait(10)
            self.process.kill()
            self.process.wait()
            self.path = path
            raise DropError


@pytest.mark.parametrize("stage", ["before", "after"])
def test_nothing_is_made_twice_wherever_it_is_killed(tmp_path: Path, stage: str) -> None:
    """A new world for each request of a whole run: killed there, then run again to the end."""
    killed = []
    for number in range(1, 100):
        project = make_project(tmp_path / str(number))
        with Cloud() as cloud:
            cloud.hook = killer = Killer(number, stage)
            killer.start(cloud, project)
            code, printed = finish(killer.process)
            if code != 0:
                assert code == -signal.SIGKILL, printed
                killed.append(killer.path)
                code, text = finish(start(cloud, project))
                assert code == 0, text
                printed += text
            check(cloud, project, printed)
        if not killer.path:
            break
    assert {path.rpartition("/")[2] for path in killed} >= {"user", "storage", "policy", "s3Credentials", "secret"}


def check(cloud: Cloud, project: Path, printed: str) -> None:
    assert len(cloud.users) == 1
    assert list(cloud.buckets) == [BUCKET]
    (user,) = cloud.users
    assert len(cloud.keys[user]) == 1
    ((access, secret),) = cloud.keys[user].items()
    credentials = (project / "config" / "andamio" / "shop-dev.credentials").read_text()
    assert access in credentials
    assert secret in credentials
    imports = json.loads((project / "dist/terraform/stacks/dev-state/imports.tf.json").read_text())
    assert len(imports["import"]) == 4
    assert not [secret for secret in cloud.secrets if secret in printed]
    # No half-written file is left behind.
    left = [*(project / "config").rglob(".*"), *(project / "dist").rglob(".*")]
    assert left == []
