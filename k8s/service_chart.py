"""What one service gets in one environment."""

from __future__ import annotations

from andamio.cdk8s import Construct
from andamio.contract.labels import selector_labels, service_labels
from andamio.contract.views import ServiceView
from andamio.kubernetes.account import ServiceAccount
from andamio.kubernetes.configuration import ConfigMap, checksum, environment_variables
from andamio.kubernetes.cronjob import CronJob, cronjob_overlay
from andamio.kubernetes.deployment import Deployment, deployment_overlay
from andamio.kubernetes.disruption import DisruptionBudget, has_budget
from andamio.kubernetes.migration import MigrationJob, migration_labels, migration_name, migration_overlay
from andamio.kubernetes.namespace import Namespace, holds_data
from andamio.kubernetes.network_policy import network_policies
from andamio.kubernetes.overlay import CompletedChart
from andamio.kubernetes.quota import LimitRange, ResourceQuota, quota_of
from andamio.kubernetes.route import HttpRoute
from andamio.kubernetes.scaling import Autoscaler, scales
from andamio.kubernetes.secrets import secrets_of
from andamio.kubernetes.service import Service, service_overlay

__all__ = ["ServiceChart"]


class ServiceChart(CompletedChart):
    """A namespace of its own, what guards it, and, where a release names an image, what runs in it.

    Without an image in this environment nothing runs and nothing leads there, but namespace, account, configuration,
    secrets and policies are ready for the first one.
    """

    def __init__(self, scope: Construct, id_: str, view: ServiceView) -> None:
        self.name = view.service.name
        self.view = view
        labels = service_labels(view.service, view.context.shared, view.environment)
        super().__init__(scope, id_, namespace=self.name, labels=labels)
        self._foundation()
        if view.deployed:
            self._migration()
            self._workload()
            self._entrance()

    def _foundation(self) -> None:
        """What a pod needs before it can start."""
        view, service = self.view, self.view.service
        self.add(Namespace(name=self.name, service=True, keep=holds_data(service)))
        self.account = ServiceAccount(self, "account", name=self.name)
        self.variables = environment_variables(service)
        ConfigMap(self, "configuration", name=self.name, data=self.variables)
        self.add(*secrets_of(service))
        self.add(*network_policies(view, migration=migration_labels(self.name)))
        self.add(ResourceQuota(namespace=self.name, most=quota_of(view)), LimitRange(view=view))

    def _migration(self) -> None:
        """The database's schema, before the workload."""
        migration = self.view.service.migration
        if migration is not None:
            MigrationJob(self, "migration", view=self.view, migration=migration, account=self.account)
            self.complete("Job", migration_name(self.name), migration_overlay(self.view, configuration=self.name))

    def _workload(self) -> None:
        """A Deployment with its scaling and budget, or a CronJob."""
        view, service = self.view, self.view.service
        if service.schedule is not None:
            CronJob(self, "workload", view=view, schedule=service.schedule, account=self.account)
            self.complete("CronJob", self.name, cronjob_overlay(view, configuration=self.name))
            return
        workload = Deployment(self, "workload", view=view, account=self.account)
        overlay = deployment_overlay(view, configuration=self.name, checksum=checksum(self.variables))
        self.complete("Deployment", self.name, overlay)
        if scales(service.scaling):
            Autoscaler(self, "scaling", name=self.name, target=workload, scaling=service.scaling)
        if has_budget(service.scaling):
            self.add(DisruptionBudget(name=self.name, namespace=self.name, selector=selector_labels(self.name)))

    def _entrance(self) -> None:
        """The address inside the cluster, and the public routes."""
        service = self.view.service
        if service.http is None:
            return
        Service(self, "service", name=self.name, http=service.http)
        self.complete("Service", self.name, service_overlay(service.http, selector_labels(self.name)))
        self.add(*(HttpRoute(service=self.name, route=r, environment=self.view.environment) for r in service.routes))
