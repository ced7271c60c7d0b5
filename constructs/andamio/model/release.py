"""Which image of each service runs in an environment. Written by promotion, never by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from andamio.model.base import Model
from andamio.model.types import Name

__all__ = ["Image", "Release"]


class Image(Model):
    """One image, by the tag that people read and the digest that decides."""

    tag: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")]
    """The commit's SHA."""

    digest: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None
    """Its content. Default: none, which is a finding."""


class Release(Model):
    """The images that run in one environment."""

    services: Mapping[Name, Image] = {}
    """Image of each service that is deployed there. Default: nothing is."""
