"""How often things are killed, and the seed of the moments: both told at the end, so that a run can be repeated."""

from __future__ import annotations

import os
import random
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

pytest.importorskip("grpc", reason="the extra `sandbox` (gRPC) is not installed")

from tests.engines.needs import ENGINES, runner

SOAK = os.environ.get("ANDAMIO_SOAK", "")
SEED = os.environ.get("ANDAMIO_SOAK_SEED") or str(random.SystemRandom().randrange(10**8))
APPLIES, INITS = (50, 100) if SOAK else (4, 4)
"""Kills of an apply and of `state init`: all of them in `make soak`, else a sample."""

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
        report.sections.append(("seed", f"ANDAMIO_SOAK_SEED={SEED}"))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures and the seed."""
    reports = [one for found in terminalreporter.stats.values() for one in found if isinstance(one, pytest.TestReport)]
    told = [line for one in reports if one.when == "teardown" for name, line in one.user_properties if name == PROPERTY]
    if told:
        terminalreporter.section(f"soak, ANDAMIO_SOAK_SEED={SEED}")
        for line in told:
            terminalreporter.write_line(line)
