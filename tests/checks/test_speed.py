"""Rules are fast enough to run at each edit, and no slower than the catalog grows."""

from __future__ import annotations

import time
from dataclasses import replace

from andamio.checks.rules import all_rules
from andamio.checks.run import run
from andamio.contract.platform import Platform
from andamio.model import Route, Service, Topic
from tests.checks.planting import BASE
from tests.checks.shop import TODAY


def grown(times: int) -> Platform:
    """The shop `times` over, each copy with names of its own."""
    services = []
    for number in range(times):
        for service in BASE.services:
            fields = {name: getattr(service, name) for name in service.model_fields_set}
            fields["name"] = f"{service.name}-{number}"
            for name in ("calls", "publishes", "subscribes"):
                fields[name] = tuple(f"{one}-{number}" for one in getattr(service, name))
            fields["topics"] = tuple(Topic(name=f"{t.name}-{number}", replication=3) for t in service.topics)
            fields["routes"] = tuple(Route(host=r.host, path=f"/{number}{r.path}") for r in service.routes)
            fields["cache"] = None
            services.append(Service(**fields))
    return replace(BASE, services=tuple(services), releases={}).platform()


def seconds(platform: Platform) -> float:
    """The best of three runs, environments already resolved."""
    assert platform.views
    best = 9.0
    for _ in range(3):
        begun = time.process_time()
        run(platform, today=TODAY)
        best = min(best, time.process_time() - begun)
    return best


def test_two_hundred_services_are_checked_within_a_third_of_a_second() -> None:
    all_rules()
    assert seconds(grown(50)) < 0.3


def test_time_grows_with_the_catalog_and_not_with_its_square() -> None:
    all_rules()
    small, large = seconds(grown(25)), seconds(grown(100))
    assert large < 10 * small + 0.05
