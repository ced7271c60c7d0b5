"""The Deployment of an HTTP service or a worker."""

from __future__ import annotations

from typing import Any

from andamio.cdk8s import Construct, kplus
from andamio.contract.footprint import SURGE_PERCENT
from andamio.contract.labels import selector_labels
from andamio.contract.views import ServiceView
from andamio.kubernetes import waves
from andamio.kubernetes.configuration import CHECKSUM
from andamio.kubernetes.container import container_overlay, service_container, volumes
from andamio.kubernetes.overlay import pod_template
from andamio.kubernetes.pod import grace_seconds, metadata, place, pod_labels, pod_rights, spread, trust
from andamio.kubernetes.scaling import scales
from andamio.kubernetes.secrets import workload_secrets
from andamio.kubernetes.values import rolling_update, seconds

__all__ = ["RELOAD", "Deployment", "deployment_overlay"]

RELOAD = "secret.reloader.stakater.com/reload"
"""Annotation by which Reloader restarts the pods when one of the named Secrets changes. By name and not `auto`, so
that the registry's account, which no pod mounts, restarts nothing."""

_REVISIONS_KEPT = 3


class Deployment(kplus.Deployment):
    """The pods of a service; cdk8s-plus' part of them, completed by `deployment_overlay`.

    No replicas where an autoscaler sets them, else as many as `scaling.min`. A new release starts a quarter more
    pods and takes none away before a new one is ready.
    """

    def __init__(self, scope: Construct, id_: str, *, view: ServiceView, account: kplus.IServiceAccount) -> None:
        service = view.service
        secrets = workload_secrets(service)
        super().__init__(
            scope,
            id_,
            metadata=metadata(service.name, waves.WORKLOAD, {RELOAD: ",".join(secrets)} if secrets else None),
            select=False,
            replicas=None if scales(service.scaling) else service.scaling.min,
            strategy=rolling_update(SURGE_PERCENT),
            service_account=account,
            automount_service_account_token=False,
            security_context=pod_rights(),
            termination_grace_period=seconds(grace_seconds(view)),
            containers=[service_container(service, view.image_reference)],
        )


def deployment_overlay(view: ServiceView, *, configuration: str, checksum: str) -> dict[str, Any]:
    """Selector, labels, and the fields of the pod that cdk8s-plus does not know.

    `configuration` is the ConfigMap's name, `checksum` the digest of its data: a change of it rolls the pods.
    """
    service = view.service
    secrets = workload_secrets(service)
    selector = selector_labels(service.name)
    spec: dict[str, Any] = {
        **trust(),
        **place(view),
        "topologySpreadConstraints": spread(selector, view.environment),
        "containers": [container_overlay(service, secrets=secrets, configuration=configuration)],
    }
    mounted = volumes(service, secrets)
    if mounted:
        spec["volumes"] = mounted
    return {
        "spec": {
            "revisionHistoryLimit": _REVISIONS_KEPT,
            "selector": {"matchLabels": selector},
            **pod_template(pod_labels(view), {CHECKSUM: checksum}, spec),
        }
    }
