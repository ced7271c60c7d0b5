"""The CronJob of a scheduled job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from andamio.cdk8s import Construct, kplus
from andamio.contract.views import ServiceView
from andamio.kubernetes import waves
from andamio.kubernetes.container import container_overlay, service_container, volumes
from andamio.kubernetes.overlay import pod_template
from andamio.kubernetes.pod import grace_seconds, metadata, place, pod_labels, pod_rights, trust
from andamio.kubernetes.secrets import workload_secrets
from andamio.kubernetes.values import cron, seconds
from andamio.model import Schedule

__all__ = ["DISRUPTION_IS_NO_FAILURE", "CronJob", "cronjob_overlay"]

DISRUPTION_IS_NO_FAILURE: Mapping[str, Any] = {
    "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]
}
"""Pod failure policy: a pod that is evicted (a drain, a preemption) is made again and counts as no try."""

_START_WITHIN = 300
"""Seconds by which a run may start late, while the control plane is upgraded; after that it is left out."""

_CONCURRENCY = {
    "Forbid": kplus.ConcurrencyPolicy.FORBID,
    "Replace": kplus.ConcurrencyPolicy.REPLACE,
    "Allow": kplus.ConcurrencyPolicy.ALLOW,
}


class CronJob(kplus.CronJob):
    """The runs of a job; cdk8s-plus' part of it, completed by `cronjob_overlay`.

    It keeps three runs that went well and three that failed. No annotation of Reloader: it would start a run at
    once when a Secret changes, and each run reads its Secrets anew.
    """

    def __init__(
        self, scope: Construct, id_: str, *, view: ServiceView, schedule: Schedule, account: kplus.IServiceAccount
    ) -> None:
        service = view.service
        super().__init__(
            scope,
            id_,
            metadata=metadata(service.name, waves.WORKLOAD),
            schedule=cron(schedule.cron),
            time_zone=schedule.time_zone,
            concurrency_policy=_CONCURRENCY[schedule.concurrency],
            suspend=schedule.suspended,
            starting_deadline=seconds(_START_WITHIN),
            successful_jobs_retained=3,
            failed_jobs_retained=3,
            backoff_limit=schedule.retries,
            active_deadline=seconds(schedule.deadline),
            service_account=account,
            automount_service_account_token=False,
            security_context=pod_rights(),
            termination_grace_period=seconds(grace_seconds(view)),
            containers=[service_container(service, view.image_reference)],
        )


def cronjob_overlay(view: ServiceView, *, configuration: str) -> dict[str, Any]:
    """Labels, and the fields of the pod that cdk8s-plus does not know. `configuration` is the ConfigMap's name."""
    service = view.service
    secrets = workload_secrets(service)
    spec: dict[str, Any] = {
        **trust(),
        **place(view),
        "containers": [container_overlay(service, secrets=secrets, configuration=configuration)],
    }
    mounted = volumes(service, secrets)
    if mounted:
        spec["volumes"] = mounted
    template = pod_template(pod_labels(view), {}, spec)
    return {"spec": {"jobTemplate": {"spec": {"podFailurePolicy": dict(DISRUPTION_IS_NO_FAILURE), **template}}}}
