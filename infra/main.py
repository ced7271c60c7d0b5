"""Every Terraform stack of a platform, each with exactly what it may read.

`cdktf synth` runs this file; `make synth` and `andamio synth` import it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    # A script finds modules beside itself, and this one's are named from the project's folder.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from andamio.cloud.exchange import depends_on
from andamio.contract.platform import EnvironmentView, Platform
from andamio.contract.shares import StackPart, StackShare
from andamio.contract.stacks import Stack, stack_name
from andamio.model import Environment
from infra.stacks.cluster import ClusterStack, cluster_view
from infra.stacks.data import DataStack, data_parts, data_view
from infra.stacks.gitops import GitopsStack, gitops_view
from infra.stacks.keys import KeysStack, keys_view
from infra.stacks.network import NetworkStack, network_view
from infra.stacks.shared_dns import SharedDnsStack, shared_dns_view
from infra.stacks.shared_keys import SharedKeysStack, shared_keys_view
from infra.stacks.shared_registry import SharedRegistryStack, shared_registry_view
from infra.stacks.shared_registry_content import SharedRegistryContentStack, shared_registry_content_view
from infra.stacks.shared_state import SharedStateStack, shared_state_view
from infra.stacks.state import StateStack, state_view

__all__ = ["stacks"]


def stacks(platform: Platform) -> Iterator[StackShare]:
    """The shared stacks, then those of each environment, in the order in which they are deployed."""
    yield from _shared(platform)
    for view in platform.views.values():
        yield from _environment(platform, view)


def _shared(platform: Platform) -> Iterator[StackShare]:
    shared = platform.shared
    for kind, stack, view in (
        (Stack.SHARED_STATE, SharedStateStack, shared_state_view(shared)),
        (Stack.SHARED_KEYS, SharedKeysStack, shared_keys_view(shared)),
        (Stack.SHARED_REGISTRY, SharedRegistryStack, shared_registry_view(shared)),
        (Stack.SHARED_REGISTRY_CONTENT, SharedRegistryContentStack, shared_registry_content_view(platform)),
        (Stack.SHARED_DNS, SharedDnsStack, shared_dns_view(platform)),
    ):
        yield _share(kind, stack, view, source=platform.file("shared"))


def _environment(platform: Platform, view: EnvironmentView) -> Iterator[StackShare]:
    for kind, stack, own, parts in (
        (Stack.STATE, StateStack, state_view(view), ()),
        (Stack.NETWORK, NetworkStack, network_view(view), ()),
        (Stack.CLUSTER, ClusterStack, cluster_view(view), ()),
        (Stack.KEYS, KeysStack, keys_view(view), ()),
        (Stack.DATA, DataStack, data_view(view), tuple(data_parts(view))),
        (Stack.GITOPS, GitopsStack, gitops_view(view), ()),
    ):
        source = platform.file("environment", view.environment.name)
        yield _share(kind, stack, own, source=source, environment=view.environment, parts=parts)


def _share(
    kind: Stack,
    stack: type,
    view: object,
    *,
    source: str,
    environment: Environment | None = None,
    parts: tuple[StackPart, ...] = (),
) -> StackShare:
    return StackShare(
        name=stack_name(kind, environment),
        source=source,
        stack=stack,
        view=view,
        parts=parts,
        depends_on=tuple(stack_name(one, environment) for one in depends_on(kind)),
    )


if __name__ == "__main__":
    from andamio.cli import run_plane

    run_plane("terraform")
