"""What is left of a service that went: its data, kept."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from andamio.model.base import Model
from andamio.model.stores import Placement
from andamio.model.types import EnvironmentName, Name

__all__ = ["Tombstone"]


class Tombstone(Model):
    """A service that left the catalog and whose data stays at OVHcloud.

    Terraform forgets the named resources without destroying them (`removed` blocks). Without one, a
    service with data that leaves the catalog is a finding.
    """

    same_everywhere: ClassVar[frozenset[str]] = frozenset({"service", "environments"})

    service: Name
    """The service that went, under the name it had last: Terraform's addresses follow it."""

    environments: Annotated[tuple[EnvironmentName, ...], Field(min_length=1)]
    """Where it had data."""

    database: Placement | None = None
    """Where its database was. Default: it had none."""

    cache: bool = False
    """Whether it had access to Valkey. Default: no."""

    topics: tuple[str, ...] = ()
    """Topics that nobody else publishes. Default: none."""
