"""What the platform's own charts are built from: plain data, which starts no jsii."""

from __future__ import annotations

from dataclasses import dataclass

from andamio.contract.views import Context

__all__ = ["AccessView", "AddonView", "ApplicationsView", "ConcernView", "SecretStoresView"]


@dataclass(frozen=True, kw_only=True)
class AccessView:
    """Who owns which namespace in one environment."""

    context: Context
    owners: tuple[tuple[str, str], ...]
    """Pairs of a service's namespace and its team, by namespace."""


@dataclass(frozen=True, kw_only=True)
class ConcernView:
    """A platform concern in one environment; no service changes it."""

    context: Context


@dataclass(frozen=True, kw_only=True)
class AddonView:
    """One add-on in one environment."""

    context: Context
    addon: str
    """Its name."""


@dataclass(frozen=True, kw_only=True)
class ApplicationsView:
    """All that becomes an Application in one environment."""

    context: Context
    owners: tuple[tuple[str, str], ...]
    """Pairs of a service and its team, by service."""

    databases: bool
    """Whether there is a database, so that the grants Job runs."""


@dataclass(frozen=True, kw_only=True)
class SecretStoresView:
    """The key store of one environment."""

    context: Context
    renamed: tuple[tuple[str, str], ...]
    """Pairs of a renamed service and the name under which its secrets lie, by service."""
