"""Labels that objects of both planes carry, and those by which pods are selected."""

from __future__ import annotations

from andamio.model import Environment, Service, Shared

__all__ = ["MANAGED_BY", "POOL_LABEL", "Labels", "namespace_labels", "selector_labels", "service_labels"]

Labels = dict[str, str]

MANAGED_BY = "andamio"
"""Value of `app.kubernetes.io/managed-by` on everything that Andamio writes."""

POOL_LABEL = "andamio.dev/pool"
"""Node label whose value is the role of the node's pool: `system` or `applications`."""


def selector_labels(service: str) -> Labels:
    """The labels that select a service's pods; they never change while the service keeps its name."""
    return {"app.kubernetes.io/name": service}


def service_labels(service: Service, shared: Shared, environment: Environment) -> Labels:
    """The labels of every object of a service."""
    return {
        **selector_labels(service.name),
        "app.kubernetes.io/part-of": shared.name,
        "app.kubernetes.io/managed-by": MANAGED_BY,
        "andamio.dev/environment": environment.name,
        "andamio.dev/team": service.team,
        "andamio.dev/tier": service.tier,
    }


def namespace_labels(*, pod_security: str = "restricted") -> Labels:
    """Labels of a namespace that make the API server enforce a Pod Security level."""
    return {
        "app.kubernetes.io/managed-by": MANAGED_BY,
        "pod-security.kubernetes.io/enforce": pod_security,
        "pod-security.kubernetes.io/warn": pod_security,
        "pod-security.kubernetes.io/audit": pod_security,
    }
