"""The shop, deployed once for all tests that only look at it or plan changes."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from andamio.contract.platform import Platform

pytest.importorskip("grpc", reason="the extra `sandbox` (gRPC) is not installed")

from andamio.sandbox.terraform import Providers, Workspace, program
from tests.engines.deployment import Deployment
from tests.engines.needs import REQUIRED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a test that did not run as failed where every engine has to be there."""
    report = yield
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        told = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"not run where all has to run: {told}"
    return report


@pytest.fixture(scope="session")
def deployed(tienda: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Every stack of the shop, applied. A test must not apply anything to it: see `Deployment.branch`."""
    if program() is None:
        pytest.skip("terraform is not on this machine")
    folder = tmp_path_factory.mktemp("shop with a space")
    with Providers(folder / "cloud.sqlite") as providers:
        deployment = Deployment(tienda, Workspace(folder, providers), providers)
        deployment.deploy_all()
        yield deployment
