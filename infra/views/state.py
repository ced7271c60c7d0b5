"""What the state stack of an environment is built from."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.cloud.place import Place, place
from andamio.contract.platform import EnvironmentView

__all__ = ["StateView", "state_view"]


@dataclass(frozen=True, kw_only=True)
class StateView:
    """What a state stack is built from."""

    place: Place
    keep_days: int
    """Days for which replaced versions are kept."""


def state_view(view: EnvironmentView) -> StateView:
    """The view of an environment's state stack."""
    return StateView(place=place(view.shared, view.environment), keep_days=view.environment.state.keep_days)
