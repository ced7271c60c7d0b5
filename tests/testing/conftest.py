"""The reference catalog and a small platform, synthesized once."""

from __future__ import annotations

from pathlib import Path

import pytest

from andamio.model import Cache, Egress, Http, Migration, Postgres, Route, Service
from andamio.testing import Synthesized, minimal_platform, synthesize


@pytest.fixture(scope="session")
def shop(project: Path) -> Synthesized:
    """The Kubernetes plane of the reference catalog."""
    return synthesize(project / "catalog", planes=("kubernetes",))


@pytest.fixture(scope="session")
def small() -> Synthesized:
    """Both planes of two services."""
    return synthesize(
        minimal_platform(
            [
                Service(
                    name="orders",
                    team="core",
                    http=Http(port=9000),
                    database=Postgres(placement="shared"),
                    migration=Migration(command=("migrate",)),
                    routes=(Route(host="api"),),
                ),
                Service(
                    name="mailer",
                    team="mail",
                    cache=Cache(),
                    calls=("orders",),
                    egress=(Egress(host="smtp.example.com", port=587),),
                ),
            ]
        )
    )
