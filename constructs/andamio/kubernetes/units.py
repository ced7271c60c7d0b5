"""The units of which a cluster's platform is made: each add-on and each concern, with what it provides and needs.

A unit is one Application and one folder. What it needs is read from its objects and values (`references`), so the
order of Applications follows from what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from andamio.contract.names import GATEWAY_NAMESPACE, GRANTS_NAMESPACE
from andamio.contract.views import Context
from andamio.kubernetes import references
from andamio.kubernetes.addons import ADDONS, Addon, argo_cd, cert_manager, external_secrets
from andamio.kubernetes.certificates import certificate_manifests
from andamio.kubernetes.flows import policies
from andamio.kubernetes.gateway import gateway_manifests
from andamio.kubernetes.manifest import Manifest
from andamio.kubernetes.order import OrderError, waves
from andamio.kubernetes.platform import platform_manifests
from andamio.kubernetes.rbac import cluster_access
from andamio.kubernetes.secret_stores import secret_store_manifests
from andamio.kubernetes.secrets import ADMIN_KEY_STORE

__all__ = ["CONCERNS", "GRANTS", "PLATFORM", "Concern", "Unit", "addon_manifests", "unit_waves", "units"]

PLATFORM = "platform"
"""Folder and Application of what comes before all else, the namespaces of add-ons among it."""

GRANTS = "database-grants"
"""Folder and Application of the Job that sets grants; it exists where there are databases."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One Application of the platform."""

    name: str
    """Its name and its folder's."""

    namespace: str
    """Where objects go that name no namespace."""

    provides: frozenset[str]
    needs: frozenset[str]

    addon: Addon | None = None
    """The add-on whose chart it installs; None for a concern, which has a folder only."""

    has_folder: bool = True
    """Whether there are objects of ours in it."""

    gates: bool = True
    """Whether later waves wait until it is healthy."""


@dataclass(frozen=True, kw_only=True)
class Concern:
    """A platform concern: a folder of objects without a chart."""

    name: str
    namespace: str
    manifests: Callable[[Context], tuple[Manifest, ...]]


def _platform(context: Context) -> tuple[Manifest, ...]:
    return (*platform_manifests(), *cluster_access(context))


CONCERNS: Mapping[str, Concern] = MappingProxyType(
    {
        concern.name: concern
        for concern in (
            Concern(name="certificates", namespace=cert_manager.NAMESPACE, manifests=certificate_manifests),
            Concern(name="gateway", namespace=GATEWAY_NAMESPACE, manifests=gateway_manifests),
            Concern(name=PLATFORM, namespace=argo_cd.NAMESPACE, manifests=_platform),
            Concern(name="secret-stores", namespace=external_secrets.NAMESPACE, manifests=secret_store_manifests),
        )
    }
)
"""Every concern by name. The services' renames add to `secret-stores` what orders nothing."""


def addon_manifests(addon: Addon, context: Context) -> tuple[Manifest, ...]:
    """What stands in an add-on's own folder, beside its chart: its policies, and what the chart does not bring."""
    components = addon.components(context)
    return (
        *policies(namespace=addon.namespace, components=components, environment=context.environment),
        *addon.objects(context),
    )


def units(context: Context, *, databases: bool) -> tuple[Unit, ...]:
    """Every unit of a cluster, by name. `databases` tells whether there is anything to grant."""
    found = [_concern_unit(concern, context) for concern in CONCERNS.values()]
    found.extend(_addon_unit(addon, context) for addon in ADDONS.values())
    if databases:
        found.append(
            Unit(
                name=GRANTS,
                namespace=GRANTS_NAMESPACE,
                provides=frozenset(),
                needs=frozenset(
                    {
                        f"ClusterSecretStore/{ADMIN_KEY_STORE}",
                        "CustomResourceDefinition/ExternalSecret.external-secrets.io",
                    }
                ),
                # It fails as long as one service's database is not deployed, which is no other service's business.
                gates=False,
            )
        )
    return tuple(sorted(found, key=lambda unit: unit.name))


def unit_waves(found: tuple[Unit, ...]) -> dict[str, int]:
    """The wave of each unit, by name.

    Raises:
        OrderError: two units provide one thing, nobody provides what one needs, or they need each other in a circle.
    """
    providers: dict[str, str] = {}
    for unit in found:
        for reference in sorted(unit.provides):
            if reference in providers:
                raise OrderError(f"{reference} is provided twice: by {providers[reference]} and by {unit.name}")
            providers[reference] = unit.name
    return waves({unit.name: sorted(set(_providers_of(unit, providers))) for unit in found})


def _providers_of(unit: Unit, providers: Mapping[str, str]) -> Iterator[str]:
    for reference in sorted(unit.needs):
        if reference not in providers:
            raise OrderError(f"{unit.name} needs {reference}, which no Application provides")
        if providers[reference] != unit.name:
            yield providers[reference]


def _concern_unit(concern: Concern, context: Context) -> Unit:
    manifests = concern.manifests(context)
    return Unit(
        name=concern.name,
        namespace=concern.namespace,
        provides=frozenset(found for manifest in manifests for found in references.provided(manifest)),
        needs=frozenset(found for manifest in manifests for found in references.needed(manifest)),
    )


def _addon_unit(addon: Addon, context: Context) -> Unit:
    manifests = addon_manifests(addon, context)
    needs = {found for manifest in manifests for found in references.needed(manifest)}
    needs.update(references.needed_by_values(addon.checked_values(context)))
    needs.update(addon.needs)
    needs.add(f"Namespace/{addon.namespace}")
    return Unit(
        name=addon.name,
        namespace=addon.namespace,
        provides=frozenset({*addon.provides, *(f"CustomResourceDefinition/{name}" for name in addon.crds)}),
        needs=frozenset(needs),
        addon=addon,
        has_folder=bool(manifests),
    )
