"""Releases: which image runs where."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity, did_you_mean
from andamio.checks.places import at_release, at_shared, production
from andamio.checks.rule import rule
from andamio.contract.platform import Platform
from andamio.contract.registry import released_tags
from andamio.knowledge.harbor import PATTERN_LENGTH, TAG_RULES, tag_patterns

_MOVING = frozenset({"latest", "main", "master", "stable", "dev", "develop", "staging", "prod", "production", "edge"})
"""Tags that name another image tomorrow."""


@rule("AND050", severity=Severity.ERROR, title="A release names each image by its digest")
def images_have_digests(platform: Platform) -> Iterator[Finding]:
    """A tag can be moved to another image, a digest cannot.

    A tag can be moved to another image, a digest cannot: only with it two nodes run the same, and what was tested is
    what is deployed. Promotion writes both; a file written by hand tends to lack the digest.
    """
    for environment, release in sorted(platform.releases.items()):
        for service, image in sorted(release.services.items()):
            if image.digest is None:
                yield at_release(
                    platform,
                    environment,
                    service,
                    "digest",
                    value=image.tag,
                    means="the tag may name another image tomorrow",
                    fix='Add "digest": "sha256:…" of the image that was tested',
                )


@rule("AND051", severity=Severity.ERROR, title="A release is of services that exist", acceptable=False)
def releases_are_of_services(platform: Platform) -> Iterator[Finding]:
    """An image of a service that is not declared runs nowhere.

    An image of a service that the catalog does not declare runs nowhere: the service was renamed or went, or its name
    is misspelt and the one that was meant is not deployed.
    """
    names = {service.name for service in platform.services}
    for environment, release in sorted(platform.releases.items()):
        for service in sorted(release.services):
            if service not in names:
                yield at_release(
                    platform,
                    environment,
                    service,
                    means="no such service",
                    fix=did_you_mean(service, names) or "Delete the entry, or declare the service",
                )


@rule("AND052", severity=Severity.WARNING, title="What runs in production runs in staging")
def production_was_seen_in_staging(platform: Platform) -> Iterator[Finding]:
    """A service that runs in production and in no staging environment was never tried there.

    Staging may run a newer image than production, so the images themselves are not compared.
    """
    staging = [view for view in platform.views.values() if view.environment.tier == "staging"]
    if not staging:
        return
    for view in production(platform):
        for service in sorted(view.release.services):
            if not any(service in other.release.services for other in staging):
                yield at_release(
                    platform,
                    view.environment.name,
                    service,
                    value=view.release.services[service].tag,
                    means="runs in production but in no staging environment",
                    fix="Promote it through staging",
                )


@rule("AND053", severity=Severity.ERROR, title="A tag says which commit it is")
def tags_stand_still(platform: Platform) -> Iterator[Finding]:
    """The tag is what people read and what the registry's retention keeps.

    One that moves (`latest`, `main`) says nothing about what runs, and the image under it may be cleaned up. The
    commit's SHA never moves.
    """
    for environment, release in sorted(platform.releases.items()):
        for service, image in sorted(release.services.items()):
            if image.tag.lower() in _MOVING:
                yield at_release(
                    platform,
                    environment,
                    service,
                    "tag",
                    value=image.tag,
                    means="the tag moves, so it does not say what runs",
                    fix="Tag images with the commit's SHA",
                )


@rule("AND054", severity=Severity.ERROR, title="The registry can keep every released tag", acceptable=False)
def released_tags_fit_the_registry(platform: Platform) -> Iterator[Finding]:
    """What a release names is kept by rules of the team's registry project, and their number is limited.

    A project takes 15 rules of retention, two of which are for marks and for the latest images; one names about ninety
    tags of 40 digits (andamio.knowledge.harbor). An image that no rule names is cleaned up while it runs.

    Tags of a whole team count, over all environments; a team with more has to become two.
    """
    for team, tags in released_tags(platform).items():
        needed = len(tag_patterns(tags))
        if needed > TAG_RULES:
            yield at_shared(
                platform,
                f"teams.{team}",
                value=len(tags),
                means=f"so many released tags need {needed} rules of {PATTERN_LENGTH} characters, "
                f"and the registry takes {TAG_RULES}",
                fix="Divide the team's services between two teams, or shorten the tags to the commit's SHA",
            )
