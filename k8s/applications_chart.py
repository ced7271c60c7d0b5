"""What the root Application of an environment reads."""

from __future__ import annotations

from dataclasses import dataclass

from constructs import Construct

from andamio.contract.views import Context
from andamio.kubernetes.addons.argo_cd import NAMESPACE
from andamio.kubernetes.applications import application_manifests
from andamio.kubernetes.chart import ManifestChart
from andamio.kubernetes.platform import platform_labels

__all__ = ["ApplicationsChart", "ApplicationsView"]


@dataclass(frozen=True, kw_only=True)
class ApplicationsView:
    """All that becomes an Application in one environment."""

    context: Context
    owners: tuple[tuple[str, str], ...]
    """Pairs of a service and its team, by service."""

    databases: bool
    """Whether there is a database, so that the grants Job runs."""


class ApplicationsChart(ManifestChart):
    """A project a team, and an Application for each service, add-on and platform concern, in computed order."""

    def __init__(self, scope: Construct, id_: str, view: ApplicationsView) -> None:
        super().__init__(scope, id_, namespace=NAMESPACE, labels=platform_labels(view.context))
        self.add(*application_manifests(view.context, view.owners, databases=view.databases))
