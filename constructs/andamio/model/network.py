"""What crosses the platform's border: public routes in, named hosts out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from andamio.model.base import Model
from andamio.model.types import Cidr, DnsName, Port

__all__ = ["Egress", "Route"]


UrlPath = Annotated[str, Field(pattern=r"^/[A-Za-z0-9._~/-]*$", max_length=1024)]
"""A path of letters, digits and `._~/-`, at most 1024 characters (Gateway API, HTTPRoute)."""


class Route(Model):
    """A public host and path that lead to a service."""

    host: Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$")]
    """One label under the environment's domain: `api` is `api.dev.tienda.example`; empty for the domain itself."""

    path: UrlPath = "/"
    """Path prefix. Default: every path."""

    rewrite: UrlPath | None = None
    """What the prefix becomes on the way to the service. Default: it stays."""

    timeout: Annotated[int, Field(ge=1, le=300)] = 15
    """Seconds for a whole request. Default: 15."""


class Egress(Model):
    """A host outside the platform that a service calls."""

    host: DnsName
    """Its name."""

    port: Port = 443
    """Its TCP port. Default: 443."""

    addresses: tuple[Cidr, ...] = ()
    """Its address ranges, for clusters on the free plan, whose network policies know no names. Default: none."""
