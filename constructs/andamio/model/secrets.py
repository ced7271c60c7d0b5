"""Secrets that no machine makes: a person puts them into the key store."""

from typing import Annotated

from pydantic import Field

from andamio.model.base import Model
from andamio.model.types import Name

__all__ = ["ManualSecret"]


class ManualSecret(Model):
    """A secret that a person provides, mounted as files under `/run/secrets/<name>/`."""

    name: Name
    """Its name within the service."""

    keys: Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")], ...], Field(min_length=1)]
    """The keys of its JSON object; each becomes a file."""

    instructions: Annotated[str, Field(min_length=20)]
    """Where a person gets it and who may. Shown to whoever has to provide it."""
