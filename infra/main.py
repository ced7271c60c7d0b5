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
from infra.views.cluster import cluster_view
from infra.views.data import data_parts, data_view
from infra.views.gitops import gitops_view
from infra.views.keys import keys_view
from infra.views.network import network_view
from infra.views.shared_dns import shared_dns_view
from infra.views.shared_keys import shared_keys_view
from infra.views.shared_registry import shared_registry_view
from infra.views.shared_registry_content import shared_registry_content_view
from infra.views.shared_state import shared_state_view
from infra.views.state import state_view

__all__ = ["stacks"]


def stacks(platform: Platform) -> Iterator[StackShare]:
    """The shared stacks, then those of each environment, in the order in which they are deployed."""
    yield from _shared(platform)
    for view in platform.views.values():
        yield from _environment(platform, view)


def _shared(platform: Platform) -> Iterator[StackShare]:
    shared = platform.shared
    for kind, stack, view in (
        (Stack.SHARED_STATE, "infra.stacks.shared_state:SharedStateStack", shared_state_view(shared)),
        (Stack.SHARED_KEYS, "infra.stacks.shared_keys:SharedKeysStack", shared_keys_view(shared)),
        (Stack.SHARED_REGISTRY, "infra.stacks.shared_registry:SharedRegistryStack", shared_registry_view(shared)),
        (
            Stack.SHARED_REGISTRY_CONTENT,
            "infra.stacks.shared_registry_content:SharedRegistryContentStack",
            shared_registry_content_view(platform),
        ),
        (Stack.SHARED_DNS, "infra.stacks.shared_dns:SharedDnsStack", shared_dns_view(platform)),
    ):
        yield _share(kind, stack, view, source=platform.file("shared"))


def _environment(platform: Platform, view: EnvironmentView) -> Iterator[StackShare]:
    for kind, stack, own, parts in (
        (Stack.STATE, "infra.stacks.state:StateStack", state_view(view), ()),
        (Stack.NETWORK, "infra.stacks.network:NetworkStack", network_view(view), ()),
        (Stack.CLUSTER, "infra.stacks.cluster:ClusterStack", cluster_view(view), ()),
        (Stack.KEYS, "infra.stacks.keys:KeysStack", keys_view(view), ()),
        (Stack.DATA, "infra.stacks.data:DataStack", data_view(view), tuple(data_parts(view))),
        (Stack.GITOPS, "infra.stacks.gitops:GitopsStack", gitops_view(view), ()),
    ):
        source = platform.file("environment", view.environment.name)
        yield _share(kind, stack, own, source=source, environment=view.environment, parts=parts)


def _share(
    kind: Stack,
    stack: str,
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
