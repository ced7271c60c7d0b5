"""Fixtures that many tests share."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from andamio.contract.platform import Platform
from andamio.loading import load
from tests import temporary
from tests.lacking import NOT_RUN, REQUIRED
from tests.scheduling import Together, rank

ROOT = Path(__file__).parents[1]

MADE_HEALTHY = "made healthy by a stand-in"
"""Property of a test's report: a kind, and the objects of it that no operator made healthy."""

TEMPORARY = temporary.redirect()
"""Here and not in a hook: jsii starts when test modules are imported, and remembers the folder."""


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of this project."""
    return ROOT


@pytest.fixture(scope="session")
def tienda() -> Platform:
    """The reference catalog."""
    return load(ROOT / "catalog")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests on real engines last, as these may still be building."""
    items.sort(key=lambda item: rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Keep together what shares something costly."""
    config.option.loadscopereorder = False
    return Together(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a test that did not run for lack of a program as failed where all has to run."""
    report = yield
    if REQUIRED and _not_run(report):
        report.outcome, report.longrepr = "failed", f"not run where all has to run: {_reason(report)}"
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where the project's own code left temporary files, then remove those of libraries."""
    if TEMPORARY is None:
        return
    if left := temporary.ours_left(TEMPORARY):
        sys.stderr.write(f"\nTemporary files that were left: {', '.join(left)}\n")
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure() -> None:
    """Remove the temporary files that libraries left."""
    if TEMPORARY is not None:
        temporary.remove(TEMPORARY)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how long each part took, and name the tests on real engines that did not run."""
    seconds: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[_folder(report.nodeid)] += report.duration
                tests[_folder(report.nodeid)] += report.when == "call"
    sections = [line.split("\t") for line in _sections()]
    if not sections and len(tests) < _MANY:
        return
    terminalreporter.section("times")
    for name, took in sections:
        terminalreporter.write_line(f"{name:<24}{'':>8}{float(took):>9.0f} s")
    for name, took in seconds.most_common():
        terminalreporter.write_line(f"tests/{name:<18}{tests[name]:>8}{took:>9.0f} s")
    terminalreporter.write_line("(of tests: their number, and the sum over all processes)")
    made_healthy = [
        text
        for report in terminalreporter.stats.get("passed", ())
        for name, text in report.user_properties
        if name == MADE_HEALTHY
    ]
    if made_healthy:
        terminalreporter.section("healthy by a stand-in, for lack of the operator")
        for text in made_healthy:
            terminalreporter.write_line(str(text))
    left_out = [report for report in terminalreporter.stats.get("skipped", ()) if _not_run(report)]
    if left_out:
        terminalreporter.section(f"{len(left_out)} tests on real programs did not run")
        for report in left_out:
            terminalreporter.write_line(f"{report.nodeid}: {_reason(report).removeprefix('Skipped: ')}")


_MANY = 5
"""Folders with tests from which on a table of times is worth its lines."""


def _not_run(report: pytest.TestReport | pytest.CollectReport) -> bool:
    """Whether a test did not run for lack of a program; of those on real engines, for whatever reason."""
    skipped = report.skipped and not hasattr(report, "wasxfail")
    return skipped and (NOT_RUN in _reason(report) or _folder(report.nodeid) == "engines")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)


def _sections() -> list[str]:
    """What ran before the tests, with its time: lines of `name<TAB>seconds` in the file that ANDAMIO_TIMES names."""
    file = Path(os.environ.get("ANDAMIO_TIMES") or os.devnull)
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def _folder(nodeid: str) -> str:
    """The folder below `tests/` in which a test lies."""
    return nodeid.partition("::")[0].split("/")[1]
