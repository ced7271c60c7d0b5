"""Constrained strings and numbers that several models share."""

from typing import Annotated, Literal

from pydantic import Field

__all__ = [
    "Cidr",
    "ClockTime",
    "DnsName",
    "EnvironmentName",
    "EnvironmentTier",
    "Name",
    "OvhProject",
    "Port",
    "Seconds",
    "Tier",
]

Name = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$")]
"""Lower-case letters, digits and `-`, at most 30: it becomes part of names of 63 (a DNS label, RFC 1035)."""

EnvironmentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,11}$")]
"""Lower-case letters and digits, 2 to 12: it is a keyword of `per_env` and a prefix of cloud names."""

Tier = Literal["critical", "standard", "best-effort"]
"""How much it matters that a service runs: decides priority, disruption and where its database lives."""

EnvironmentTier = Literal["development", "staging", "production"]
"""Which table of defaults an environment takes; see `andamio.model.defaults`."""

DnsName = Annotated[str, Field(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$", max_length=253)]
"""A host name of at least two labels, lower case, at most 253 characters (RFC 1123)."""

Cidr = Annotated[str, Field(pattern=r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$")]
"""An IPv4 range such as `10.10.0.0/16`."""

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d:00$")]
"""A time of day in UTC, `HH:MM:00`."""

OvhProject = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""The id of a Public Cloud project, 32 hexadecimal digits."""

Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port."""

Seconds = Annotated[int, Field(ge=0)]
"""A duration in seconds."""
