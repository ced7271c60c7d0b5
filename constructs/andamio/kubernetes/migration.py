"""The Job that brings a service's database up to the release before the workload changes."""

from __future__ import annotations

from typing import Any

from andamio.cdk8s import Construct, kplus
from andamio.contract.labels import Labels
from andamio.contract.views import ServiceView
from andamio.kubernetes import waves
from andamio.kubernetes.container import container_overlay, resources, restricted, volumes
from andamio.kubernetes.cronjob import DISRUPTION_IS_NO_FAILURE
from andamio.kubernetes.overlay import pod_template
from andamio.kubernetes.pod import metadata, place, pod_labels, pod_rights, trust
from andamio.kubernetes.secrets import OWNER_SECRET
from andamio.kubernetes.values import seconds
from andamio.model import Migration

__all__ = ["MigrationJob", "migration_labels", "migration_name", "migration_overlay"]


def migration_name(service: str) -> str:
    """Name of a service's migration Job and of its pods."""
    return f"{service}-migration"


def migration_labels(service: str) -> Labels:
    """The labels that select a migration's pods.

    They are no replicas: no Service, budget or policy of the workload may take them for its own.
    """
    return {"app.kubernetes.io/name": migration_name(service)}


class MigrationJob(kplus.Job):
    """Runs the migration's command in the service's image as the database's owner; cdk8s-plus' part of it.

    A Sync hook between the secrets' wave and the workload's: a failure leaves the old release running. It runs in
    each sync of the service, so migrations have to be safe to run again. `timeout` is for all tries together.
    """

    def __init__(
        self, scope: Construct, id_: str, *, view: ServiceView, migration: Migration, account: kplus.IServiceAccount
    ) -> None:
        name = migration_name(view.service.name)
        super().__init__(
            scope,
            id_,
            metadata=metadata(name, waves.TASK, waves.HOOK),
            backoff_limit=migration.retries,
            active_deadline=seconds(migration.timeout),
            restart_policy=kplus.RestartPolicy.NEVER,
            select=False,
            service_account=account,
            automount_service_account_token=False,
            security_context=pod_rights(),
            termination_grace_period=seconds(view.service.grace_period),
            containers=[
                kplus.ContainerProps(
                    name=view.service.name,
                    image=view.image_reference,
                    image_pull_policy=kplus.ImagePullPolicy.IF_NOT_PRESENT,
                    command=list(migration.command),
                    resources=resources(view.service.resources),
                    security_context=restricted(),
                )
            ],
        )


def migration_overlay(view: ServiceView, *, configuration: str) -> dict[str, Any]:
    """Labels of its own, the owner's credential as files, and the fields that cdk8s-plus does not know."""
    service = view.service
    container = container_overlay(service, secrets=(OWNER_SECRET,), configuration=configuration)
    fields = {key: container[key] for key in ("name", "envFrom", "securityContext", "volumeMounts")}
    spec = {**trust(), **place(view), "containers": [fields], "volumes": volumes(service, (OWNER_SECRET,))}
    labels = {**pod_labels(view), **migration_labels(service.name)}
    return {"spec": {"podFailurePolicy": dict(DISRUPTION_IS_NO_FAILURE), **pod_template(labels, {}, spec)}}
