"""The shared state stack: the bucket of the shared stacks' state."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack
from andamio.cloud.state import StateBucket
from andamio.contract.stacks import Stack
from infra.stacks.state import StateView
from infra.views.shared_state import shared_state_view

__all__ = ["SharedStateStack", "shared_state_view"]


class SharedStateStack(CloudStack):
    """The bucket that holds the state of the shared stacks, this one's too."""

    def __init__(self, scope: Construct, name: str, view: StateView) -> None:
        super().__init__(scope, name, kind=Stack.SHARED_STATE, place=view.place)
        StateBucket(self, "state", stack=self, keep_days=view.keep_days)
