"""What every cluster has before anything else, and who may do what in it."""

from __future__ import annotations

from constructs import Construct

from andamio.kubernetes.chart import ManifestChart
from andamio.kubernetes.platform import platform_labels
from andamio.kubernetes.rbac import team_access
from andamio.kubernetes.units import CONCERNS
from k8s.views import AccessView, ConcernView

__all__ = ["AccessChart", "AccessView", "ConcernView", "PlatformChart"]


class PlatformChart(ManifestChart):
    """Namespaces with Pod Security and a policy that denies all, priority classes, roles of teams."""

    def __init__(self, scope: Construct, id_: str, view: ConcernView) -> None:
        super().__init__(scope, id_, labels=platform_labels(view.context))
        self.add(*CONCERNS["platform"].manifests(view.context))


class AccessChart(ManifestChart):
    """The rights of each team in the namespaces of its services."""

    def __init__(self, scope: Construct, id_: str, view: AccessView) -> None:
        super().__init__(scope, id_, labels=platform_labels(view.context))
        self.add(*team_access(view.context, view.owners))
