"""What all environments share: registry, DNS zones, teams, single sign-on, the git repository."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from andamio.model.acceptance import Acceptance
from andamio.model.base import Model
from andamio.model.environment import KeyStore, State
from andamio.model.types import DnsName, Name, OvhProject

__all__ = ["Registry", "Repository", "Shared", "SingleSignOn", "Team"]


class Repository(Model):
    """The git repository that holds `dist/`, as Argo CD reaches it."""

    url: Annotated[str, Field(pattern=r"^(https://|ssh://|git@)\S+$")]
    """Its URL."""

    branch: str = "main"
    """The branch that Argo CD follows. Default: main."""

    path: str = "dist"
    """Folder of the synthesized files in it. Default: dist."""


class Team(Model):
    """People who own services."""

    same_everywhere: ClassVar[frozenset[str]] = frozenset({"name", "group"})

    name: Name
    """Its name."""

    group: str
    """Its group in the single sign-on."""


class SingleSignOn(Model):
    """The OpenID Connect provider by which people log in to Argo CD."""

    issuer: Annotated[str, Field(pattern=r"^https://")]
    """URL of the issuer."""

    client: str
    """Id of Argo CD's client."""

    administrators: str
    """Group of those who run the platform."""


class Registry(Model):
    """The OVHcloud Managed Private Registry (Harbor)."""

    region: str
    """Region, such as `GRA`."""

    plan: Literal["SMALL", "MEDIUM", "LARGE"] = "MEDIUM"
    """Size. Only from MEDIUM on are images scanned. Plans can be raised only. Default: MEDIUM."""

    keep: Annotated[int, Field(ge=1)] = 20
    """Most recently pushed tags that are kept of each image, beside those that are deployed. Default: 20."""


class Shared(Model):
    """What is there once for all environments, in a Public Cloud project of its own."""

    same_everywhere: ClassVar[frozenset[str]] = frozenset(
        {"name", "project", "repository", "sso", "registry", "state", "keys"}
    )

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,11}$")]
    """Name of the platform; it prefixes cloud names."""

    project: OvhProject
    """The Public Cloud project that holds it."""

    repository: Repository
    """Where the synthesized files are read from."""

    teams: Annotated[tuple[Team, ...], Field(min_length=1)]
    """Who owns services."""

    sso: SingleSignOn
    """How people log in to Argo CD."""

    registry: Registry
    """Where images lie."""

    state: State
    """Where Terraform's state of the shared stacks lies."""

    keys: KeyStore
    """Where shared secrets lie."""

    zones: Annotated[tuple[DnsName, ...], Field(min_length=1)]
    """DNS zones at OVHcloud that environments use."""

    contact: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    """E-mail address for the certificate authority (ACME)."""

    accepted: tuple[Acceptance, ...] = ()
    """Findings that are accepted for a time. Default: none."""
