"""Regions and zones."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_environment, at_shared
from andamio.checks.rule import rule
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.limits import REGION_NAME, ZONE_NAME
from andamio.knowledge.ovh.regions import KEY_STORE_REGIONS, REGIONS, STORAGE_REGIONS, region

_REGISTRY_REGIONS = ("BHS", "DE", "GRA")
"""Regions of managed registries (registry guides and catalogue)."""


@rule("AND076", severity=Severity.WARNING, title="A region is one that is known")
def regions_are_known(platform: Platform) -> Iterator[Finding]:
    """An unknown region is misspelt, or new.

    No page of OVHcloud lists every region with managed Kubernetes, so an unknown name is a warning: it may be misspelt
    or new. What depends on a region (zones, databases, storage) is not checked for an unknown one.
    """
    names = [known.name for known in REGIONS]
    for environment in platform.environments:
        if region(environment.region) is None:
            yield at_environment(
                platform,
                environment,
                "region",
                value=environment.region,
                means="no region that is known to have managed Kubernetes",
                fix=did_you_mean(environment.region, names) or f"Known are {', '.join(names)}",
            )


@rule("AND137", severity=Severity.ERROR, title="Regions and zones are written as OVHcloud does", acceptable=False)
def regions_are_well_formed(platform: Platform) -> Iterator[Finding]:
    """A region that is not known yet has a name of the same form: capitals, digits and `-`.

    It becomes part of addresses and arguments for good, so what cannot be a region's or a zone's name is refused
    (andamio.knowledge.ovh.limits names the sources).
    """
    for environment in platform.environments:
        names = [("region", environment.region, REGION_NAME, "GRA11")]
        names += [(f"zones[{at}]", zone, ZONE_NAME, "eu-west-par-a") for at, zone in enumerate(environment.zones)]
        for field, name, limit, example in names:
            if problem := limit.problem(name):
                fix = f'Write it as OVHcloud does, such as "{example}"'
                yield at_environment(platform, environment, field, value=name, means=problem, fix=fix)


@rule(
    "AND077", severity=Severity.ERROR, title="Zones are given where a region has them, and only there", acceptable=False
)
def zones_fit_the_region(platform: Platform) -> Iterator[Finding]:
    """In a region of three zones a node pool names exactly one.

    In a region of three zones a node pool names exactly one zone, so Andamio makes one pool a zone and has to know
    them; in a one-zone region there are no names for zones (provider documentation of node pools).

    Using fewer than three of the zones is allowed.
    """
    for environment in platform.environments:
        known = region(environment.region)
        if known is None:
            continue
        shown = ", ".join(f'"{zone}"' for zone in known.zones)
        if known.three_zone and not environment.zones:
            yield at_environment(
                platform,
                environment,
                "zones",
                means=f"{known.name} has three zones, and none is given",
                fix=f"Set zones=({shown})",
            )
        for index, zone in enumerate(environment.zones):
            twice = zone in environment.zones[:index]
            if zone not in known.zones or twice:
                what = "stands there twice" if twice else f"{known.name} has no such zone"
                fix = did_you_mean(zone, known.zones) if known.zones and not twice else ""
                yield at_environment(
                    platform,
                    environment,
                    f"zones[{index}]",
                    value=zone,
                    means=what if known.three_zone else f"{known.name} has one zone, which has no name",
                    fix=fix or (f"Set zones=({shown})" if known.three_zone else "Leave zones out"),
                )


@rule("AND078", severity=Severity.ERROR, title="Storage, keys and databases are offered where they are asked for")
def products_are_in_their_regions(platform: Platform) -> Iterator[Finding]:
    """Each product names its regions in its own way.

    Each product names its regions in its own way: a cluster's is `GRA11`, a bucket's `GRA`, a key store's `eu-west-gra`
    (object storage guide "Endpoints", provider documentation; andamio.knowledge.ovh.regions). The list of key store
    regions is not complete: accept the finding where another one was seen.
    """
    stores = [known.name for known in KEY_STORE_REGIONS]
    places = [("shared", platform.shared.state.region, platform.shared.keys.region)]
    places += [(e.name, e.state.region, e.keys.region) for e in platform.environments]
    for name, state, keys in places:
        for field, value, known in (("state.region", state, STORAGE_REGIONS), ("keys.region", keys, stores)):
            if value not in known:
                what = "object storage" if field == "state.region" else "key stores"
                fix = did_you_mean(value, known) or f"Choose one of {', '.join(known)}"
                means = f"no such region of {what}"
                if name == "shared":
                    yield at_shared(platform, field, value=value, means=means, fix=fix)
                else:
                    yield at_environment(platform, name, field, value=value, means=means, fix=fix)
    for view in platform.views.values():
        known_region = region(view.environment.region)
        uses = bool(view.database_clusters) or view.uses_valkey or view.uses_kafka
        if known_region is not None and known_region.database is None and uses:
            yield at_environment(
                platform,
                view.environment,
                "region",
                value=known_region.name,
                means="has no managed databases, and services ask for them",
                fix="Choose a region that has them",
            )


@rule("AND116", severity=Severity.ERROR, title="The registry's region is one that has registries")
def the_registry_has_its_region(platform: Platform) -> Iterator[Finding]:
    """Registries are offered in few regions.

    Managed registries are offered in GRA, DE and BHS (registry guides), and in three-zone regions on plans of their
    own, which this version does not order.
    """
    value = platform.shared.registry.region
    if value not in _REGISTRY_REGIONS:
        yield at_shared(
            platform,
            "registry.region",
            value=value,
            means="no registry is offered there",
            fix=did_you_mean(value, _REGISTRY_REGIONS) or f"Choose one of {', '.join(_REGISTRY_REGIONS)}",
        )
