"""The Kubernetes cluster: plan and version."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity
from andamio.checks.places import at_environment
from andamio.checks.rule import rule
from andamio.contract.platform import Platform
from andamio.knowledge.chart_support import minor
from andamio.knowledge.charts import charts
from andamio.knowledge.ovh.clusters import KUBERNETES_VERSIONS, VersionStatus, cluster_plan, supported_versions
from andamio.knowledge.ovh.regions import region


@rule("AND084", severity=Severity.ERROR, title="A cluster's nodes are within its plan")
def nodes_are_within_the_plan(platform: Platform) -> Iterator[Finding]:
    """A cluster holds 100 nodes on the free plan and 500 on the standard plan (managed Kubernetes guide "Plans").

    All pools at their maximum, in every zone, have to stay within that.
    """
    for environment in platform.environments:
        plan = cluster_plan(environment.cluster.plan)
        nodes = sum(pool.max for pool in environment.pools) * max(1, len(environment.zones))
        if plan is not None and nodes > plan.max_nodes:
            yield at_environment(
                platform,
                environment,
                "pools",
                value=nodes,
                means=f"nodes at most, and the plan {plan.name} holds {plan.max_nodes}",
                fix="Lower max of pools, or choose larger flavors",
            )


@rule("AND086", severity=Severity.ERROR, title="The cluster's version is one that OVHcloud supports")
def the_version_is_supported(platform: Platform) -> Iterator[Finding]:
    """A cluster on an old version gets no support and is upgraded by force.

    OVHcloud supports the three newest minor versions; a cluster on an older one runs on without support and is upgraded
    by force after thirty days' notice (guide "End of sale and end of life policies"; public roadmap, April 2026). A
    version that is only planned cannot be ordered yet: accept the finding once it can.
    """
    statuses = {known.version: known.status for known in KUBERNETES_VERSIONS}
    for environment in platform.environments:
        status = statuses.get(environment.cluster.version)
        if status is not VersionStatus.SUPPORTED:
            yield at_environment(
                platform,
                environment,
                "cluster.version",
                value=environment.cluster.version,
                means=f"is {status or 'unknown'}",
                fix=f"Choose one of {', '.join(supported_versions())}, one minor version at a time",
            )


@rule("AND087", severity=Severity.WARNING, title="Add-ons support the cluster's version")
def addons_support_the_version(platform: Platform) -> Iterator[Finding]:
    """An add-on on a version that its project does not test is on its own.

    Each add-on's project supports or tests certain versions of Kubernetes (andamio.knowledge.chart_support names each
    source). Outside of them it may work, and nobody looks when it does not.

    Before a cluster goes up, the add-ons do; before an add-on drops a version, the cluster leaves it.
    """
    for environment in platform.environments:
        for chart in charts():
            support = chart.support
            if support is None or support.covers(environment.cluster.version):
                continue
            word = "is tested" if support.tested_only else "is supported"
            yield at_environment(
                platform,
                environment,
                "cluster.version",
                value=environment.cluster.version,
                means=f"{chart.name} {chart.version} {word} on {support.minimum} to {support.maximum}",
                fix="Upgrade the add-on first, or stay on a version that it supports",
            )


@rule("AND088", severity=Severity.ERROR, title="Production and three zones take the standard plan")
def the_plan_suffices(platform: Platform) -> Iterator[Finding]:
    """A cluster's plan is for good, and the free one is not made for production.

    The free plan has a shared control plane with 400 MB for all objects, no service-level agreement, Canal instead of
    Cilium, and is not offered in regions of three zones (managed Kubernetes guide "Plans"). A cluster's plan can never
    be changed, so production would need a new cluster to leave it.
    """
    for environment in platform.environments:
        plan, place = cluster_plan(environment.cluster.plan), region(environment.region)
        if plan is None or plan.three_zone:
            continue
        means = ""
        if place is not None and place.three_zone:
            means = f"is not offered in {place.name}, a region of three zones"
        elif environment.tier == "production":
            means = "has no service-level agreement and cannot be changed later"
        if means:
            yield at_environment(
                platform, environment, "cluster.plan", value=plan.name, means=means, fix='Set plan="standard"'
            )


@rule("AND120", severity=Severity.WARNING, title="Production does not run ahead")
def production_does_not_run_ahead(platform: Platform) -> Iterator[Finding]:
    """A version of Kubernetes is tried where nothing is lost.

    When production has a newer one than every environment before it, production is where its changes are first met.
    """
    before = [e for e in platform.environments if e.tier != "production"]
    if not before:
        return
    newest = max((e.cluster.version for e in before), key=minor)
    for environment in platform.environments:
        if environment.tier == "production" and minor(environment.cluster.version) > minor(newest):
            yield at_environment(
                platform,
                environment,
                "cluster.version",
                value=environment.cluster.version,
                means=f"no environment before it runs more than {newest}",
                fix="Upgrade staging first",
            )


@rule("AND121", severity=Severity.WARNING, title="Clusters get patches")
def clusters_get_patches(platform: Platform) -> Iterator[Finding]:
    """Known holes of Kubernetes stay open until a person asks for each patch.

    With `NEVER_UPDATE` OVHcloud installs no patch version: known holes of Kubernetes stay open until a person asks for
    each patch. `MINIMAL_DOWNTIME` installs those that cause none.
    """
    for environment in platform.environments:
        if environment.cluster.update_policy == "NEVER_UPDATE":
            yield at_environment(
                platform,
                environment,
                "cluster.update_policy",
                value="NEVER_UPDATE",
                means="security patches are not installed by themselves",
                fix='Set update_policy="MINIMAL_DOWNTIME"',
            )
