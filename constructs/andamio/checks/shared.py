"""What environments share: zones, projects, registry, state."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_environment, at_service, at_shared, production
from andamio.checks.rule import rule
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.limits import REGISTRY_SCANNING_PLANS

_LEAST_STATE_DAYS = 30
"""Days for which replaced versions of production's state are kept at least: a policy of this project."""

_PLATFORM_HOSTS = ("argocd",)
"""Hosts under each environment's domain that the platform uses itself."""


@rule("AND110", severity=Severity.ERROR, title="An environment's zone is one of the platform's", acceptable=False)
def zones_are_known(platform: Platform) -> Iterator[Finding]:
    """Zones are declared once, in `Shared(zones=…)`.

    Zones are declared once, in `Shared(zones=…)`: the DNS stack and the rights of certificates and records follow it.
    """
    zones = platform.shared.zones
    for environment in platform.environments:
        if environment.domain.zone not in zones:
            yield at_environment(
                platform,
                environment,
                "domain.zone",
                value=environment.domain.zone,
                means="no such zone",
                fix=did_you_mean(environment.domain.zone, zones)
                or f"Name one of {', '.join(zones)}, or add it to Shared(zones=…)",
            )


@rule("AND111", severity=Severity.ERROR, title="An environment's domain lies in its zone", acceptable=False)
def domains_lie_in_their_zones(platform: Platform) -> Iterator[Finding]:
    """Records for a domain are made in its zone; a domain outside of it gets neither an address nor a certificate."""
    for environment in platform.environments:
        name, zone = environment.domain.name, environment.domain.zone
        if name != zone and not name.endswith(f".{zone}"):
            yield at_environment(
                platform,
                environment,
                "domain.name",
                value=name,
                means=f"does not lie in the zone {zone}",
                fix=f'Choose a domain such as "{environment.name}.{zone}", or the zone that holds it',
            )


@rule("AND112", severity=Severity.ERROR, title="Production has a DNS zone of its own")
def production_has_its_zone(platform: Platform) -> Iterator[Finding]:
    """Rights at OVHcloud go no finer than a DNS zone.

    Rights at OVHcloud go no finer than a zone: who may make a certificate for development in a zone may also redirect
    production's hosts in it.
    """
    for view in production(platform):
        environment = view.environment
        others = [
            e.name for e in platform.environments if e is not environment and e.domain.zone == environment.domain.zone
        ]
        if others:
            yield at_environment(
                platform,
                environment,
                "domain.zone",
                value=environment.domain.zone,
                means=f"is the zone of {', '.join(others)} too, whose cluster may change its records",
                fix="Give production a zone of its own",
            )


@rule("AND113", severity=Severity.ERROR, title="Each environment has a project of its own", acceptable=False)
def projects_are_apart(platform: Platform) -> Iterator[Finding]:
    """Rights, quotas and costs go no finer than a Public Cloud project.

    Rights, quotas and costs go no finer than a Public Cloud project: in one project the pipeline of development could
    destroy production. What is shared has a project of its own too.
    """
    owners = {platform.shared.project: "what is shared"}
    for environment in platform.environments:
        owner = owners.setdefault(environment.project, environment.name)
        if owner != environment.name:
            yield at_environment(
                platform,
                environment,
                "project",
                value=environment.project,
                means=f"is the project of {owner}",
                fix="Give each its own Public Cloud project",
            )


@rule("AND115", severity=Severity.WARNING, title="The registry scans images")
def the_registry_scans(platform: Platform) -> Iterator[Finding]:
    """OVHcloud's registry scans images for known holes from the plan MEDIUM on (guide "Vulnerability scanning").

    On SMALL the setting is there and nothing happens.
    """
    plan = platform.shared.registry.plan
    if plan not in REGISTRY_SCANNING_PLANS:
        yield at_shared(
            platform,
            "registry.plan",
            value=plan,
            means="no image is scanned for known holes",
            fix='Set plan="MEDIUM"; a plan can be raised only',
        )


@rule("AND117", severity=Severity.WARNING, title="Production's addresses come from OVHcloud")
def outputs_are_of_ovhcloud(platform: Platform) -> Iterator[Finding]:
    """Ids of a sandbox lead nowhere at OVHcloud.

    A file of `catalog/cloud/` with `"source": "sandbox"` holds ids and addresses of a sandbox. With that of production,
    or the shared one, which names the registry of all images and the key store of what is shared, everything
    synthesizes, and Terraform refuses to hand a cluster of OVHcloud over to Argo CD.
    """
    sources = [(view.environment.name, view.outputs.source) for view in production(platform)]
    if sources:
        sources.append(("shared", platform.shared_outputs.source))
    for name, source in sources:
        if source == "sandbox":
            whose = "what all environments share has" if name == "shared" else "production has"
            yield Finding(
                file=platform.file("cloud", name),
                at="source",
                value="sandbox",
                means=f"{whose} ids and addresses of a sandbox",
                fix=f"Run `andamio outputs pull {name}` after the deployment",
            )


@rule("AND118", severity=Severity.ERROR, title="Versions of production's state are kept for a month")
def state_is_kept(platform: Platform) -> Iterator[Finding]:
    """A state that was damaged or lost is restored from the bucket's earlier versions.

    A month is the time within which such damage is found (a policy of this project); the default is 90 days.
    """
    for view in production(platform):
        days = view.environment.state.keep_days
        if days < _LEAST_STATE_DAYS:
            yield at_environment(
                platform,
                view.environment,
                "state.keep_days",
                value=days,
                means=f"replaced versions of Terraform's state are kept for less than {_LEAST_STATE_DAYS} days",
                fix=f"Set keep_days={_LEAST_STATE_DAYS} or more, or leave it out",
            )


@rule("AND119", severity=Severity.ERROR, title="A route's host is not the platform's own", acceptable=False)
def hosts_are_free(platform: Platform) -> Iterator[Finding]:
    """`argocd.<domain>` is where people reach Argo CD.

    A service with that host would take its requests, and whoever logs in there.
    """
    for view in platform.views.values():
        for service in view.services:
            for index, route in enumerate(service.routes):
                if route.host in _PLATFORM_HOSTS:
                    yield at_service(
                        platform,
                        service,
                        f"routes[{index}].host",
                        environment=view.environment,
                        value=route.host,
                        means="the platform uses that host",
                        fix="Choose another host",
                    )
