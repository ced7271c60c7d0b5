"""Egress: hosts outside the platform."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity
from andamio.checks.places import at_service, each
from andamio.checks.rule import rule
from andamio.contract.names import gateway_host
from andamio.contract.platform import Platform
from andamio.knowledge.ovh.clusters import cluster_plan

_INSIDE = (".svc", ".cluster.local", ".internal", ".localhost", ".local")


@rule("AND025", severity=Severity.ERROR, title="Egress goes outside")
def egress_goes_outside(platform: Platform) -> Iterator[Finding]:
    """Egress opens the way to hosts outside the platform.

    A service inside is reached by `calls`, which opens both ends; over its public host a request would leave through
    the gateway and come back through the load balancer.
    """
    public = {
        name: {gateway_host(view.environment, r.host): s.name for s in view.services for r in s.routes}
        for name, view in platform.views.items()
    }
    for view, service in each(platform):
        hosts = public[view.environment.name]
        for index, egress in enumerate(service.egress):
            inside = egress.host.endswith(_INSIDE)
            owner = hosts.get(egress.host, "")
            if inside or owner:
                fix = f'Declare calls=("{owner}",)' if owner else "Declare the service under calls"
                yield at_service(
                    platform,
                    service,
                    f"egress[{index}].host",
                    environment=view.environment,
                    value=egress.host,
                    means=f"is the public host of {owner}" if owner else "is a name inside the platform",
                    fix=fix,
                )


@rule("AND026", severity=Severity.ERROR, title="On the free plan egress has addresses")
def egress_has_addresses(platform: Platform) -> Iterator[Finding]:
    """The free plan's network policies know no host names.

    Network policies by host name need Cilium, which OVHcloud's standard plan has and the free plan does not (managed
    Kubernetes guide "Plans"). There a host is opened by its address ranges.
    """
    for view, service in each(platform):
        plan = cluster_plan(view.environment.cluster.plan)
        if plan is None or plan.cilium:
            continue
        for index, egress in enumerate(service.egress):
            if not egress.addresses:
                yield at_service(
                    platform,
                    service,
                    f"egress[{index}].addresses",
                    environment=view.environment,
                    value=egress.host,
                    means="the cluster's network knows no host names, and no addresses are given",
                    fix='Give addresses=("203.0.113.0/24",), or put the cluster on the standard plan',
                )
