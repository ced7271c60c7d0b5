"""Of an Application that is not well, `status` names what is amiss."""

from __future__ import annotations

from typing import Any, cast

import pytest

from andamio.sandbox.status import applications

HOOK: dict[str, Any] = {"kind": "Job", "name": "accounts-migration", "hook": True}
DRIFTED: dict[str, Any] = {"kind": "ConfigMap", "name": "accounts", "status": "OutOfSync"}
SCALER: dict[str, Any] = {
    "kind": "HorizontalPodAutoscaler",
    "name": "accounts",
    "status": "Synced",
    "health": {"status": "Degraded", "message": "unable to get metrics"},
}


class Client:
    """An API server with one Application."""

    def __init__(self, status: dict[str, Any]) -> None:
        created = "2026-11-01T00:00:00Z"
        self.one = {"metadata": {"name": "accounts", "creationTimestamp": created}, "spec": {}, "status": status}

    def all_of(self, version: str, kind: str) -> list[dict[str, Any]]:
        return [self.one]


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        ([HOOK, DRIFTED, SCALER], "HorizontalPodAutoscaler accounts: unable to get metrics"),
        ([HOOK, DRIFTED], "ConfigMap accounts: OutOfSync"),
        ([HOOK], "Job accounts-migration: it has not ended"),
    ],
    ids=["not healthy", "not as in git", "a hook alone"],
)
def test_the_reason_is_what_is_not_healthy_before_a_hook_that_says_nothing(
    resources: list[dict[str, Any]], reason: str
) -> None:
    status = {"sync": {"status": "Synced"}, "health": {"status": "Degraded"}, "resources": resources}
    (found,) = applications(cast("Any", Client(status)))
    assert found.reason == reason
