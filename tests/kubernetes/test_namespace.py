"""The namespace of a service."""

from __future__ import annotations

from typing import Any

import pytest

from andamio.model import Cache, Postgres

from .shop import built, find, service


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"database": Postgres()}, True),
        ({"cache": Cache()}, True),
        ({"publishes": ("order-placed",)}, True),
        ({"subscribes": ("order-placed",)}, False),
        ({}, False),
    ],
)
def test_the_namespace_of_a_service_with_data_is_never_deleted_by_argo_cd(fields: dict[str, Any], kept: bool) -> None:
    annotations = find(built(service(**fields)), "Namespace")["metadata"]["annotations"]
    options = annotations.get("argocd.argoproj.io/sync-options")
    assert options == ("Prune=false,Delete=false" if kept else None)
    assert annotations.get("argocd.argoproj.io/compare-options") == ("IgnoreExtraneous" if kept else None)


def test_the_namespace_enforces_restricted_and_is_known_as_a_services() -> None:
    labels = find(built(service()), "Namespace")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert labels["andamio.dev/service"] == "true"
