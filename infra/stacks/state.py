"""The state stack of an environment: the bucket of Terraform's state and the user that reaches it."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cdktf import Construct
from andamio.cloud.place import Place, place
from andamio.cloud.stack import CloudStack
from andamio.cloud.state import StateBucket
from andamio.contract.platform import EnvironmentView
from andamio.contract.stacks import Stack

__all__ = ["StateStack", "StateView", "state_view"]


@dataclass(frozen=True, kw_only=True)
class StateView:
    """What a state stack is built from."""

    place: Place
    keep_days: int
    """Days for which replaced versions are kept."""


def state_view(view: EnvironmentView) -> StateView:
    """The view of an environment's state stack."""
    return StateView(place=place(view.shared, view.environment), keep_days=view.environment.state.keep_days)


class StateStack(CloudStack):
    """The bucket that holds the state of the environment's stacks, this one's too.

    `andamio state init` makes the bucket before there is a state and hands it to this stack.
    """

    def __init__(self, scope: Construct, name: str, view: StateView) -> None:
        super().__init__(scope, name, kind=Stack.STATE, place=view.place)
        StateBucket(self, "state", stack=self, keep_days=view.keep_days)
