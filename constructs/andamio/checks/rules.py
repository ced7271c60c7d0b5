"""All rules: the themes in the order of the reference."""

from __future__ import annotations

from importlib import import_module

from andamio.checks.rule import Rule, registered

__all__ = ["THEMES", "all_rules"]

THEMES = (
    "files",
    "acceptances",
    "names",
    "texts",
    "workloads",
    "probes",
    "schedules",
    "calls",
    "egress",
    "routes",
    "scaling",
    "capacity",
    "stores",
    "connections",
    "releases",
    "data_safety",
    "changes",
    "networks",
    "regions",
    "clusters",
    "pools",
    "configuration",
    "events",
    "caches",
    "shared",
    "kubernetes_objects",
    "kubernetes_policy",
    "quotas",
    "project_limits",
    "terraform_stacks",
    "secret_links",
)
"""Modules of this package that hold rules."""


def all_rules() -> dict[str, Rule]:
    """Every rule by code, sorted."""
    for theme in THEMES:
        import_module(f"andamio.checks.{theme}")
    return dict(sorted(registered().items()))
