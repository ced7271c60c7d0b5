"""Where a stack stands: the few strings of the catalog that every stack needs."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.contract.names import cloud_prefix, state_bucket
from andamio.model import Environment, Shared

__all__ = ["Place", "place"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """The surroundings of a stack: its Public Cloud project, state bucket and how much its things matter."""

    environment: str
    """Name of the environment; empty for what is shared."""

    prefix: str
    """What cloud names begin with, such as `tienda-dev`."""

    project: str
    """Id of the Public Cloud project."""

    region: str
    """Public Cloud region; empty for what is shared, where each thing names its own."""

    bucket: str
    """The bucket of Terraform's state."""

    state_region: str
    """Object storage region of that bucket, such as `GRA`."""

    durable: bool
    """Whether Terraform refuses to destroy what holds data: everywhere but in development."""


def place(shared: Shared, environment: Environment | None = None) -> Place:
    """The place of an environment's stacks, or of the shared ones."""
    home = environment or shared
    return Place(
        environment=environment.name if environment else "",
        prefix=cloud_prefix(shared, environment),
        project=home.project,
        region=environment.region if environment else "",
        bucket=state_bucket(shared, environment),
        state_region=home.state.region,
        durable=environment is None or environment.tier != "development",
    )
