"""What the root Application of an environment reads."""

from __future__ import annotations

from constructs import Construct

from andamio.kubernetes.addons.argo_cd import NAMESPACE
from andamio.kubernetes.applications import application_manifests
from andamio.kubernetes.chart import ManifestChart
from andamio.kubernetes.platform import platform_labels
from k8s.views import ApplicationsView

__all__ = ["ApplicationsChart", "ApplicationsView"]


class ApplicationsChart(ManifestChart):
    """A project a team, and an Application for each service, add-on and platform concern, in computed order."""

    def __init__(self, scope: Construct, id_: str, view: ApplicationsView) -> None:
        super().__init__(scope, id_, namespace=NAMESPACE, labels=platform_labels(view.context))
        self.add(*application_manifests(view.context, view.owners, databases=view.databases))
