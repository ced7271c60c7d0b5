"""The state stack of an environment: the bucket of Terraform's state and the user that reaches it."""

from __future__ import annotations

from andamio.cdktf import Construct
from andamio.cloud.stack import CloudStack
from andamio.cloud.state import StateBucket
from andamio.contract.stacks import Stack
from infra.views.state import StateView, state_view

__all__ = ["StateStack", "StateView", "state_view"]


class StateStack(CloudStack):
    """The bucket that holds the state of the environment's stacks, this one's too.

    `andamio state init` makes the bucket before there is a state and hands it to this stack.
    """

    def __init__(self, scope: Construct, name: str, view: StateView) -> None:
        super().__init__(scope, name, kind=Stack.STATE, place=view.place)
        StateBucket(self, "state", stack=self, keep_days=view.keep_days)
