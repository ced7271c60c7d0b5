"""What the shared state stack is built from."""

from __future__ import annotations

from andamio.cloud.place import place
from andamio.model import Shared
from infra.views.state import StateView

__all__ = ["shared_state_view"]


def shared_state_view(shared: Shared) -> StateView:
    """The view of the shared state stack."""
    return StateView(place=place(shared), keep_days=shared.state.keep_days)
