"""`andamio sandbox`: what is asked for wrongly is one message, and nothing is left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from andamio.cli.exit_codes import ExitCode

pytest.importorskip("grpc", reason="the extra `sandbox` (gRPC) is not installed")

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(project: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "a shop"
    shutil.copytree(project / "catalog", folder / "catalog", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def run(project: Path, checkout: Path) -> Run:
    """Runs the command in a checkout with neither Go nor Terraform nor engines; nothing may be started."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "andamio", "sandbox", *arguments],
            cwd=checkout,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(checkout),
                "XDG_CACHE_HOME": str(checkout / "cache"),
                "PYTHONPATH": str(project / "constructs"),
                "LC_ALL": "C.UTF-8",
                "PYTHONDONTWRITEBYTECODE": "1",
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return call


def _left(checkout: Path) -> list[str]:
    return sorted(path.name for path in checkout.iterdir())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["up", "--env", "prod"], ExitCode.USAGE, "no environment prod. It has dev, staging, production"),
        (["up", "--env", " ,"], ExitCode.USAGE, "--env names no environment"),
        (["up", "--charts", "own"], ExitCode.USAGE, "stand-in or real"),
        (["up"], ExitCode.OUTSIDE, "andamio engines install"),
        (["up"], ExitCode.OUTSIDE, "terraform is not on PATH. Install terraform 1.11 or newer"),
        (["deploy", "prod"], ExitCode.USAGE, "no environment prod"),
        (["deploy", "dev"], ExitCode.OUTSIDE, "andamio sandbox up --env dev"),
        (["break", "everything"], ExitCode.USAGE, "no fault 'everything'. Faults: drift, delete"),
        (["break", "drift"], ExitCode.OUTSIDE, "dev is not deployed"),
        (["kubeconfig", "dev"], ExitCode.USAGE, "no control plane of 'dev'"),
        (["logs", "dev/etcd"], ExitCode.USAGE, "no log 'dev/etcd'"),
        (["status"], ExitCode.OUTSIDE, ""),
        (["down"], ExitCode.OK, ""),
        (["down", "--purge"], ExitCode.OK, ""),
    ],
)
def test_what_cannot_be_done_is_one_message_without_a_traceback(
    run: Run, arguments: list[str], code: int, said: str
) -> None:
    done = run(*arguments)
    assert "Traceback" not in done.stderr
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert done.stderr.count("error:") == (1 if said else 0)


@pytest.mark.parametrize("command", [["up"], ["deploy", "dev"]])
def test_a_catalog_that_cannot_be_read_is_told_as_everywhere(run: Run, checkout: Path, command: list[str]) -> None:
    (checkout / "catalog/services/orders.py").write_text("service = Service(\n", encoding="utf-8")
    done = run(*command)
    assert done.returncode == ExitCode.FINDINGS
    assert "catalog/services/orders.py" in done.stderr
    assert "Traceback" not in done.stderr
    assert _left(checkout) == ["catalog"]


def test_with_nothing_up_down_and_status_leave_nothing_behind(run: Run, checkout: Path) -> None:
    assert "Nothing is up" in run("down").stdout
    assert "Nothing is up" in run("status").stdout
    assert _left(checkout) == ["catalog"]


def test_each_fault_says_what_it_does_and_what_should_happen(run: Run) -> None:
    told = run("break").stdout
    names = ["drift", "delete", "bad-image", "node-loss", "cloud-timeout", "state-lock", "secret-rotation"]
    assert [line for line in told.splitlines() if not line.startswith(" ")] == names
    assert told.count("  does: ") == told.count("  then: ") == len(names)


def test_a_damaged_record_is_told_and_purged(run: Run, checkout: Path) -> None:
    folder = checkout / ".andamio" / "sandbox"
    folder.mkdir(parents=True)
    (folder / "sandbox.json").write_text("{", encoding="utf-8")
    for arguments in (["status"], ["up"], ["deploy"], ["down"]):
        done = run(*arguments)
        assert (done.returncode, "down --purge" in done.stderr) == (ExitCode.OUTSIDE, True), done.stderr
    assert run("down", "--purge").returncode == ExitCode.OK
    assert not folder.exists()


def test_a_catalog_of_another_name_is_refused_as_its_sibling_would_be_taken(run: Run, checkout: Path) -> None:
    (checkout / "catalog-next").mkdir()
    done = run("up", "--catalog", "catalog-next")
    assert done.returncode == ExitCode.USAGE
    assert "catalog-next: a sandbox is that of a project, whose catalog is its folder catalog/" in done.stderr
    assert _left(checkout) == ["catalog", "catalog-next"]


def test_outside_a_project_it_says_so(run: Run, tmp_path: Path) -> None:
    done = run("status", "--catalog", str(tmp_path / "nowhere"))
    assert done.returncode == ExitCode.USAGE
    assert "does not exist" in done.stderr
    assert os.listdir(tmp_path) == ["a shop"]  # noqa: PTH208 - names are compared


def test_down_ends_what_runs_although_somebody_removed_its_folder(run: Run, checkout: Path) -> None:
    folder = checkout / ".andamio" / "sandbox"
    program = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(program, env={**os.environ, "ANDAMIO_SANDBOX": str(folder)}) as left:
        try:
            assert run("down").stdout == "1 process ended.\n"
            assert left.wait(5) is not None
        finally:
            left.kill()
