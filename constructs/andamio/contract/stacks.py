"""The Terraform stacks: one a blast radius, in the order in which they are deployed."""

from __future__ import annotations

from enum import StrEnum

from andamio.model import Environment

__all__ = ["ENVIRONMENT_STACKS", "SHARED_STACKS", "Stack", "stack_name"]


class Stack(StrEnum):
    """A kind of stack."""

    STATE = "state"
    NETWORK = "network"
    CLUSTER = "cluster"
    KEYS = "keys"
    DATA = "data"
    GITOPS = "gitops"
    SHARED_STATE = "shared-state"
    SHARED_KEYS = "shared-keys"
    SHARED_REGISTRY = "shared-registry"
    SHARED_REGISTRY_CONTENT = "shared-registry-content"
    SHARED_DNS = "shared-dns"


SHARED_STACKS = (
    Stack.SHARED_STATE,
    Stack.SHARED_KEYS,
    Stack.SHARED_REGISTRY,
    Stack.SHARED_REGISTRY_CONTENT,
    Stack.SHARED_DNS,
)
"""Shared stacks in the order of deployment."""

ENVIRONMENT_STACKS = (Stack.STATE, Stack.NETWORK, Stack.CLUSTER, Stack.KEYS, Stack.DATA, Stack.GITOPS)
"""Stacks of each environment in the order of deployment; torn down in reverse, state excepted."""


def stack_name(stack: Stack, environment: Environment | None = None) -> str:
    """Name of a stack: `dev-network`, `shared-registry`."""
    return f"{environment.name}-{stack}" if environment else str(stack)
