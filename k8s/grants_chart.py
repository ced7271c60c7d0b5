"""Who owns which database of an environment, and who may use it."""

from __future__ import annotations

from andamio.cdk8s import Construct
from andamio.contract.labels import MANAGED_BY
from andamio.contract.names import GRANTS_NAMESPACE
from andamio.kubernetes.account import ServiceAccount
from andamio.kubernetes.grants import (
    GrantsConfigMap,
    GrantsJob,
    GrantsView,
    admin_secret,
    grants_job_overlay,
    grants_policies,
    job_name,
)
from andamio.kubernetes.namespace import Namespace
from andamio.kubernetes.overlay import CompletedChart

__all__ = ["GrantsChart"]


class GrantsChart(CompletedChart):
    """A namespace that alone reads the administrators' credentials, and one Job a PostgreSQL cluster in it."""

    def __init__(self, scope: Construct, id_: str, view: GrantsView) -> None:
        labels = {
            "app.kubernetes.io/part-of": view.context.shared.name,
            "app.kubernetes.io/managed-by": MANAGED_BY,
            "andamio.dev/environment": view.context.environment.name,
        }
        super().__init__(scope, id_, namespace=GRANTS_NAMESPACE, labels=labels)
        self.add(Namespace(name=GRANTS_NAMESPACE), *grants_policies(view))
        account = ServiceAccount(self, "account", name=GRANTS_NAMESPACE)
        for cluster in view.clusters:
            self.add(admin_secret(cluster.name))
            GrantsConfigMap(self, f"sql-{cluster.name}", cluster=cluster)
            GrantsJob(self, f"job-{cluster.name}", cluster=cluster.name, account=account)
            self.complete("Job", job_name(cluster.name), grants_job_overlay(view, cluster))
