"""The shop, deployed once for all tests that only look at it or plan changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from andamio.contract.platform import Platform

pytest.importorskip("grpc", reason="the extra `sandbox` (gRPC) is not installed")

from andamio.sandbox.terraform import Providers, Workspace
from tests.engines.deployment import Deployment
from tests.engines.needs import ENGINES, runner


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests of stacks and states by every program that runs stacks, and others that need one by the first."""
    if "engine" in metafunc.fixturenames:
        both = metafunc.module.__name__.rpartition(".")[2].startswith(("test_terraform", "test_state"))
        metafunc.parametrize("engine", ENGINES if both else ENGINES[:1], indirect=True, scope="session")


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Path:
    """A program that runs stacks, Terraform or OpenTofu."""
    return runner(request.param)


@pytest.fixture(scope="session")
def deployed(tienda: Platform, engine: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Every stack of the shop, applied. A test must not apply anything to it: see `Deployment.branch`."""
    folder = tmp_path_factory.mktemp("shop with a space")
    with Providers(folder / "cloud.sqlite") as providers:
        deployment = Deployment(tienda, Workspace(folder, providers, engine=engine), providers)
        deployment.deploy_all()
        yield deployment
