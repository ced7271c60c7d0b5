"""How often things are killed, and the seed of the moments: both told at the end, so that a run can be repeated."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("grpc", reason="the extra `sandbox` (gRPC) is not installed")

from tests.engines.needs import ENGINES, runner

SOAK = os.environ.get("ANDAMIO_SOAK", "")
SEED = os.environ.get("ANDAMIO_SOAK_SEED") or str(random.SystemRandom().randrange(10**8))
APPLIES, INITS = (50, 100) if SOAK else (4, 4)
"""Kills of an apply and of `state init`: all of them in `make soak`, else a sample."""

TOLD: list[str] = []
"""Lines for the end of the run."""


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
    for line in lines:
        TOLD.append(f"{request.node.name}: {line}")
        request.node.user_properties.append(("soak", line))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name the seed of what failed."""
    if report.failed and "soak" in report.nodeid:
        report.sections.append(("seed", f"ANDAMIO_SOAK_SEED={SEED}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures and the seed."""
    if TOLD:
        terminalreporter.section(f"soak, ANDAMIO_SOAK_SEED={SEED}")
        for line in TOLD:
            terminalreporter.write_line(line)
