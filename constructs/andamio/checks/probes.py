"""Probes: how the kubelet asks a container how it is."""

from __future__ import annotations

from collections.abc import Iterator

from andamio.checks.finding import Finding, Severity
from andamio.checks.places import at_service, each
from andamio.checks.rule import rule
from andamio.contract.platform import Platform
from andamio.model import Probe, Service

_NAMES = ("startup", "readiness", "liveness")


def _probes(service: Service) -> Iterator[tuple[str, Probe]]:
    for name in _NAMES:
        probe = getattr(service.probes, name)
        if probe is not None:
            yield name, probe


@rule("AND013", severity=Severity.ERROR, title="Only a service with HTTP is asked by path", acceptable=False)
def paths_need_http(platform: Platform) -> Iterator[Finding]:
    """A probe by path asks the port that `http` declares. A worker or job has none: give a command, or no probe.

    The default probes of a service without HTTP are left out by themselves; this is about those that were declared.
    """
    for view, service in each(platform):
        if service.http is not None or "probes" not in service.model_fields_set:
            continue
        for name, probe in _probes(service):
            if probe.path is not None and name in service.probes.model_fields_set:
                yield at_service(
                    platform,
                    service,
                    f"probes.{name}.path",
                    environment=view.environment,
                    value=probe.path,
                    means=f"a {service.kind} has no port that could be asked",
                    fix=f"Give {name}=Probe(command=(…)), or {name}=None",
                )


@rule("AND014", severity=Severity.ERROR, title="A probe asks by path or by command", acceptable=False)
def one_way_to_ask(platform: Platform) -> Iterator[Finding]:
    """Kubernetes takes exactly one handler a probe: an HTTP path or a command. With neither there is nothing to ask."""
    for view, service in each(platform):
        for name, probe in _probes(service):
            both = probe.path is not None and bool(probe.command)
            if both or (probe.path is None and not probe.command):
                yield at_service(
                    platform,
                    service,
                    f"probes.{name}",
                    environment=view.environment,
                    means="has both a path and a command" if both else "has neither a path nor a command",
                    fix="Give exactly one of the two, or None for no probe",
                )


@rule("AND015", severity=Severity.ERROR, title="A service with HTTP says when it is ready")
def ready_before_requests(platform: Platform) -> Iterator[Finding]:
    """Without a readiness probe each release answers requests with errors.

    Without a readiness probe a pod gets requests from its first second on, and each release answers some of them with
    errors; a rolling update also takes a broken image for a good one.
    """
    for view, service in each(platform):
        if service.http is not None and service.probes.readiness is None:
            yield at_service(
                platform,
                service,
                "probes.readiness",
                environment=view.environment,
                means="requests come before the service is ready",
                fix='Give readiness=Probe(path="/healthz/ready")',
            )


@rule("AND038", severity=Severity.WARNING, title="Liveness asks something else than readiness")
def liveness_is_its_own_question(platform: Platform) -> Iterator[Finding]:
    """Readiness says "send nobody here", liveness "restart me".

    With one question for both, a database that is away for a minute restarts every replica of every service that needs
    it (Kubernetes' documentation of probes).

    Let liveness ask only whether the process itself still works. A liveness probe that waits at least twice as long as
    readiness is taken as meant.
    """
    for view, service in each(platform):
        ready, live = service.probes.readiness, service.probes.liveness
        if service.http is None or ready is None or live is None:
            continue
        same = (ready.path, ready.command) == (live.path, live.command)
        if same and live.period * live.failures < 2 * ready.period * ready.failures:
            yield at_service(
                platform,
                service,
                "probes.liveness",
                environment=view.environment,
                value=live.path or list(live.command),
                means="asks what readiness asks: whatever makes it unready also restarts it",
                fix="Give liveness a path of its own, or more failures",
            )
