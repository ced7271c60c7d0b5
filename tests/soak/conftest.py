"""How often things are killed, and the seed of the moments: both told at the end, so that a run can be repeated."""

from __future__ import annotations

import os
import random
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

pytest.importorskip("grpc", reason="the extra `sandbox` (gRPC) is not installed")

from tests.engines.needs import ENGINES, runner

SEED = os.environ.setdefault("ANDAMIO_SOAK_SEED", str(random.SystemRandom().randrange(10**8)))
"""What the moments are made from; workers of pytest inherit it."""

APPLIES, INITS = (int(os.environ.get(f"ANDAMIO_SOAK_{name}", "4")) for name in ("KILLS", "INITS"))
"""Kills of an apply, over both programs, and of `state init`. Default: a sample; `make soak` sets more."""

PROPERTY = "soak"
"""Property of a test's report: a line for the end of the run."""


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Path:
    """A program that runs stacks, Terraform or OpenTofu."""
    return runner(request.param)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance, from the seed and the name of the test."""
    return random.Random(f"{SEED} {request.node.name}")  # noqa: S311 - moments, not secrets


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Takes lines that are told at the end."""
    lines: list[str] = []
    yield lines
    request.node.user_properties += [(PROPERTY, f"{request.node.name}: {line}") for line in lines]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Name the seed of what failed."""
    report = yield
    if report.failed:
        report.sections.append(("seed", f"python -m tests.soak --seed {SEED}"))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures and the seed."""
    reports = [one for found in terminalreporter.stats.values() for one in found if isinstance(one, pytest.TestReport)]
    told = [line for one in reports if one.when == "teardown" for name, line in one.user_properties if name == PROPERTY]
    if told:
        terminalreporter.section(f"soak, seed {SEED}")
        for line in told:
            terminalreporter.write_line(line)
